"""Cache backends for Django; everything in them can be made again, so losing it is never an error."""
