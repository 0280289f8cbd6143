"""The post: what comes in (inbox), what goes out (outbox), what a chat waits for, what must be fetched."""
