"""Files that people upload, judged by content. Modules import one another relatively: ``worker`` runs alone."""
