"""What the pages look up: plain queries, none of which writes."""
