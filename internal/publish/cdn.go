package publish

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/smithy-go/logging"
)

// CDN is a cache in front of a target.
type CDN interface {
	// Invalidate makes it forget paths, which may end in a wildcard, and returns
	// the id of that. Calls with one ref count once.
	Invalidate(ctx context.Context, ref string, paths []string) (string, error)
	// Wait returns when an invalidation is complete.
	Wait(ctx context.Context, id string) error
}

// CloudFront is a distribution.
type CloudFront struct {
	id     string
	path   string
	client *cloudfront.Client
	every  time.Duration
}

// OpenCloudFront returns the distribution with the given id. base is the path
// of the site on it, such as "/" or "/docs/". The endpoint and the credentials
// are those of the environment.
func OpenCloudFront(ctx context.Context, id, base, profile string) (*CloudFront, error) {
	load := []func(*config.LoadOptions) error{config.WithLogger(logging.Nop{})}
	if profile != "" {
		load = append(load, config.WithSharedConfigProfile(profile))
	}
	cfg, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return nil, fmt.Errorf("read AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	return &CloudFront{id: id, path: "/" + strings.Trim(base, "/"), client: cloudfront.NewFromConfig(cfg), every: 2 * time.Second}, nil
}

// Invalidate starts an invalidation.
func (c *CloudFront) Invalidate(ctx context.Context, ref string, paths []string) (string, error) {
	if len(paths) == 0 {
		return "", nil
	}
	items := make([]string, len(paths))
	for i, p := range paths {
		items[i] = strings.TrimSuffix(c.path, "/") + p
	}
	out, err := c.client.CreateInvalidation(ctx, &cloudfront.CreateInvalidationInput{
		DistributionId: &c.id,
		InvalidationBatch: &types.InvalidationBatch{
			CallerReference: aws.String("lintel-" + ref),
			Paths:           &types.Paths{Quantity: aws.Int32(int32(len(items))), Items: items}, //nolint:gosec // at most a few hundred
		},
	})
	if err != nil {
		return "", c.explain("invalidate", "cloudfront:CreateInvalidation", err)
	}
	return aws.ToString(out.Invalidation.Id), nil
}

// Wait asks every few seconds until the invalidation is complete.
func (c *CloudFront) Wait(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	for {
		out, err := c.client.GetInvalidation(ctx, &cloudfront.GetInvalidationInput{DistributionId: &c.id, Id: &id})
		if err != nil {
			return c.explain("wait for invalidation "+id+" of", "cloudfront:GetInvalidation", err)
		}
		if aws.ToString(out.Invalidation.Status) == "Completed" {
			return nil
		}
		if err := pause(ctx, c.every); err != nil {
			return err
		}
	}
}

func (c *CloudFront) explain(what, right string, err error) error {
	var why string
	switch code(err) {
	case "AccessDenied", "AccessDeniedException":
		why = "not allowed: the credentials lack " + right
	case "NoSuchDistribution":
		why = "there is no such distribution"
	case "TooManyInvalidationsInProgress":
		why = "too many invalidations are in progress; invalidate /* in the console when they are done"
	default:
		return fmt.Errorf("%s CloudFront distribution %s: %w", what, c.id, root(err))
	}
	return fmt.Errorf("%s CloudFront distribution %s: %s", what, c.id, why)
}

// CloudFront's bounds: a wildcard counts as one path, a thousand paths a month
// are free, fifteen wildcards may be in progress.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
const (
	maxWildcards = 15
	// spared is what an unchanged object below a wildcard costs, in paths: it is
	// fetched once more from the bucket.
	spared = 0.05
)

// Invalidations returns the paths that caches have to forget after p, relative
// to the root of the site: those of objects that were there before. Where many
// of one folder changed they become a wildcard.
func Invalidations(p *Plan) []string {
	root := &cdnNode{}
	for k := range p.objects {
		root.find(k).files++
	}
	for _, keys := range [][]string{p.Changed, p.Headers, p.Removed} {
		for _, k := range keys {
			n := root.find(k)
			n.paths = append(n.paths, "/"+escapeKey(k))
			if path.Base(k) == "index.html" {
				n.paths = append(n.paths, "/"+escapeKey(strings.TrimSuffix(k, "index.html")))
			}
			n.changed++
		}
	}
	root.sum("/")
	out := root.collect()
	wild := 0
	for _, o := range out {
		if strings.HasSuffix(o, "*") {
			wild++
		}
	}
	if wild > maxWildcards {
		return []string{"/*"}
	}
	slices.Sort(out)
	return out
}

type cdnNode struct {
	path           string
	children       map[string]*cdnNode
	paths          []string
	files, changed int // directly here; after sum, below
	cost           float64
	wild           bool
}

func (n *cdnNode) find(key string) *cdnNode {
	for {
		dir, rest, ok := strings.Cut(key, "/")
		if !ok {
			return n
		}
		if n.children == nil {
			n.children = map[string]*cdnNode{}
		}
		if n.children[dir] == nil {
			n.children[dir] = &cdnNode{}
		}
		n, key = n.children[dir], rest
	}
}

func (n *cdnNode) sum(at string) {
	n.path = at
	n.cost = float64(len(n.paths))
	for name, c := range n.children {
		c.sum(at + escapeKey(name) + "/")
		n.cost += c.cost
		n.files += c.files
		n.changed += c.changed
	}
	if all := 1 + spared*float64(max(n.files-n.changed, 0)); n.cost > 2 && all < n.cost/2 {
		n.cost, n.wild = all, true
	}
}

func (n *cdnNode) collect() []string {
	if n.wild {
		return []string{n.path + "*"}
	}
	out := n.paths
	for _, c := range n.children {
		out = append(out, c.collect()...)
	}
	return out
}
