"""People: who they are, who acts for them, and how names, dates, phones and NIKs are read as typed."""
