package theme_test

import "github.com/chromedp/chromedp"

var _ = chromedp.Navigate
