"""What the editor needs around the actions: forms as they were typed, sections, the side panel."""
