"""Policy sets that people work on before they are published: saved, merged, proposed, published, rolled back."""
