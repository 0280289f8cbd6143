"""What every account may look at before anything is asked: the programmes and the offices."""
