"""Controls that ask the state and show what it holds."""
