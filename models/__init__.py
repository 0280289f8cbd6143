"""What the office knows: people, programmes, applications, and the post that carries their words."""
