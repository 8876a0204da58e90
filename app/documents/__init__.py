"""Papers (文书): kinds, frozen facts, rendering, storage, service of documents (送达)."""
