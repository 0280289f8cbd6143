"""Rights over own data, and the requests that staff must answer within the hours of the law."""
