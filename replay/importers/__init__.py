"""What comes in from elsewhere: a genesis snapshot, a metagraph snapshot, call lists."""
