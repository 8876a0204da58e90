"""Law as data: instruments and articles with their dates, causes of action, thresholds, the working calendar."""
