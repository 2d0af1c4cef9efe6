"""What the pages about records show, put together from queries; nothing in here writes."""
