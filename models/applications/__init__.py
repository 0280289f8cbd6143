"""Applications: the draft, the file that becomes of it, its papers and its receipt."""
