"""Does the what-if follow the hand? Every slider in a real browser, by key and by mouse."""
