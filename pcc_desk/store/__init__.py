"""The office's database: rows in, values out; the only place with SQL."""
