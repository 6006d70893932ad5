// Placeholder until its first type arrives.
