package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/adr"
)

// revision is what a checkout is compared with: the tip of the branch that it
// will be merged into, and the commit where the two parted.
type revision struct {
	name, tip, ancestor string
}

// baseRevision finds the branch that is named, or else the target of the merge
// request that CI is running for, or the default branch of origin. ok is false
// where there is none, which is no error unless one was named.
func (a *app) baseRevision(ctx context.Context, dir, named string) (r revision, ok bool, err error) {
	var refs []string
	switch target, _ := a.env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"); {
	case named != "":
		refs = []string{"origin/" + named, named}
	case target != "":
		refs = []string{"origin/" + target, target}
	default:
		refs = []string{"origin/HEAD"}
	}
	for _, ref := range refs {
		tip, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
		if err != nil {
			continue
		}
		r.name, r.tip = strings.TrimPrefix(ref, "origin/"), strings.TrimSpace(tip)
		if r.name == "HEAD" {
			r.name = "the default branch"
		}
		base, err := git(ctx, dir, "merge-base", r.tip, "HEAD")
		if err != nil {
			continue // no history in common, as in a shallow clone
		}
		r.ancestor = strings.TrimSpace(base)
		return r, true, nil
	}
	if named != "" {
		return r, false, usage(fmt.Errorf("%s: no such branch or commit, or no history in common; git fetch it first", named))
	}
	return r, false, nil
}

// decisionsAt returns the records that differ between the checkout, the tip and
// the ancestor, as they are at the latter two. Others need no comparison.
func decisionsAt(ctx context.Context, dir string, r revision, o adr.Options) (tip, ancestor *adr.Log, err error) {
	names := []string{}
	for _, args := range [][]string{{r.ancestor}, {r.ancestor, r.tip}} {
		out, err := git(ctx, dir, append([]string{"diff", "--name-only", "--no-renames", "--no-relative", "-z"}, args...)...)
		if err != nil {
			return nil, nil, err
		}
		for n := range strings.SplitSeq(out, "\x00") {
			if strings.HasSuffix(strings.ToLower(n), ".md") && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	top, err := git(ctx, dir, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, nil, err
	}
	prefix := strings.TrimSpace(top)
	o.Created = nil
	logs := [2]*adr.Log{}
	for i, commit := range []string{r.tip, r.ancestor} {
		var records []*adr.Record
		err := catFiles(ctx, dir, commit, names, func(name string, src []byte) {
			if rel, ok := strings.CutPrefix(name, prefix); ok {
				records = append(records, adr.Parse(rel, src, o))
			}
		})
		if err != nil {
			return nil, nil, err
		}
		logs[i] = adr.NewLog(records, o)
	}
	return logs[0], logs[1], nil
}

// catFiles calls each for every file that exists at a commit.
func catFiles(ctx context.Context, dir, commit string, names []string, each func(string, []byte)) error {
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return strings.Contains(n, "\n") || path.Clean(n) != n })
	if len(names) == 0 {
		return nil
	}
	var in strings.Builder
	for _, n := range names {
		in.WriteString(commit + ":" + n + "\n")
	}
	cmd := exec.CommandContext(ctx, "git", "-C", dir, "cat-file", "--batch")
	cmd.Stdin = strings.NewReader(in.String())
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return gitError(err)
	}
	out := bufio.NewReader(pipe)
	for _, n := range names {
		head, err := out.ReadString('\n')
		if err != nil {
			break
		}
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(head), commit+":"+n))
		if len(f) != 3 || f[1] != "blob" { // "… missing"
			continue
		}
		size, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil {
			break
		}
		if size > maxSource {
			if _, err := io.CopyN(io.Discard, out, size+1); err != nil {
				break
			}
			continue
		}
		src := make([]byte, size)
		if _, err := io.ReadFull(out, src); err != nil {
			break
		}
		if _, err := out.Discard(1); err != nil {
			break
		}
		each(n, src)
	}
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		return gitError(err)
	}
	return nil
}
