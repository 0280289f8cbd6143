"""Registration: from interest to the receipt, on one's own phone or at the counter."""
