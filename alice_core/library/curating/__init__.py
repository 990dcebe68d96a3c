"""What people say of assets: tags, ratings, marks, notes, collections; its history, and taking it back."""
