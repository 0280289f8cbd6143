"""The domain and its storage: people, programmes, applications, staff, and the queues that carry messages."""
