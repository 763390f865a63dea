"""What tests, benchmarks and documentation share."""
