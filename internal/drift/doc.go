// Package drift tells which documents a change of the code makes untrue.
//
// It compares two revisions of a repository as git objects. What it says of a
// document comes from signals that can be explained in a line: a path that the
// change removed, a name that is gone from all code, a value that the document
// still states, a decision whose code is touched; and, weaker than those, what
// the repository's own history and texts make likely.
//
// # Likely documents
//
// A Ranker learns from the first-parent history before the base: which documents
// changed with which files and folders, which words of a change went with which
// documents, how alike the change is to earlier ones; and from the texts as they
// stand: which documents name what the change touches. Each is a feature between
// 0 and 1; a score is their weighted sum. The weights start from ones learned
// over many repositories and are fitted to this one by its own earlier changes
// (see Learn in rank.go). Nothing later than the base is looked at.
//
//	r, err := drift.NewRanker(ctx, repo, base, drift.Options{Cache: dir})
//	likely, err := r.Rank(ctx, head)
package drift
