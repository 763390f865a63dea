"""What the lessons say, sentence by sentence, with what computes it at the scene's own setting: one lesson a file."""
