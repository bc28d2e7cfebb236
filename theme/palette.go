package theme

// colour is a named colour of Material's palette as this theme shows it: as
// the ground of the header with the ink on it, and as ink on light and on dark
// pages. All pairs have a contrast of at least 4.5.
type colour struct{ name, ground, ink, light, dark string }
