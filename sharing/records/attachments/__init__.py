"""Files that belong to a record: kept encrypted, released with its versions, gone with it."""
