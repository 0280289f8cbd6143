"""The reception: who comes in, who is lost, what comes back, and which talk each of them is led to."""
