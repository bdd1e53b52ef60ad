"""The fields of data formats: their kinds, how values are cast and compared, and how they are packed."""
