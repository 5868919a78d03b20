"""Moving pictures to the bin: the questions before, the way there, the words after."""
