//! Where windows lie: which source pixels each target pixel of a convolution, its gradients or a pooling rests on.
use std::ops::Range;

/// Sizes of a walk of windows over images stored as [batch, height, width, channels]. Window `o` along an axis covers the
/// input positions `o * stride + t * dilation - before` for its taps `t`; positions outside of the input do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Images.
    pub batch: usize,
    /// Height and width of the images.
    pub input: [usize; 2],
    /// Number of windows down and across. Padding behind the images follows from it.
    pub output: [usize; 2],
    /// Taps of a window down and across.
    pub kernel: [usize; 2],
    /// From window to window.
    pub stride: [usize; 2],
    /// From tap to tap.
    pub dilation: [usize; 2],
    /// Padding before the first row and column.
    pub before: [usize; 2],
}

impl Geometry {
    /// Number of taps.
    pub fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }
    /// Pixels of one image that a window can cover, from the first padded one on.
    pub(crate) fn reach(&self, axis: usize) -> usize {
        (self.output[axis].max(1) - 1) * self.stride[axis] + (self.kernel[axis].max(1) - 1) * self.dilation[axis] + 1
    }
    /// Whether no window leaves the images.
    pub(crate) fn inside(&self) -> bool {
        self.before == [0, 0] && (0..2).all(|axis| self.reach(axis) <= self.input[axis])
    }
    /// The same windows over images that are padded already.
    pub(crate) fn padded(&self) -> Geometry {
        Geometry { input: [self.reach(0), self.reach(1)], before: [0, 0], ..*self }
    }
    /// The windows whose tap `tap` lies inside, along one axis.
    pub(crate) fn windows(&self, axis: usize, tap: usize) -> Range<usize> {
        let at = (tap * self.dilation[axis]) as isize - self.before[axis] as isize;
        let (stride, input) = (self.stride[axis] as isize, self.input[axis] as isize);
        let first = (-at).max(0).unsigned_abs().div_ceil(self.stride[axis]);
        let end = if input > at { ((input - 1 - at) / stride + 1).max(0) as usize } else { 0 };
        first.min(self.output[axis])..end.clamp(first.min(self.output[axis]), self.output[axis])
    }
    /// The taps of window `window` that lie inside, along one axis.
    pub(crate) fn inside_taps(&self, axis: usize, window: usize) -> Range<usize> {
        let at = (window * self.stride[axis]) as isize - self.before[axis] as isize;
        let (dilation, input) = (self.dilation[axis], self.input[axis] as isize);
        // Divisions take longer than small windows do.
        let divided = |pixels: usize| if dilation == 1 { pixels } else { pixels.div_ceil(dilation) };
        let first = divided((-at).max(0).unsigned_abs());
        let end = divided((input - at).max(0).unsigned_abs());
        first.min(self.kernel[axis])..end.clamp(first.min(self.kernel[axis]), self.kernel[axis])
    }
    /// The pixel under a tap that lies inside.
    #[inline(always)]
    pub(crate) fn pixel(&self, axis: usize, window: usize, tap: usize) -> usize {
        window * self.stride[axis] + tap * self.dilation[axis] - self.before[axis]
    }

    /// From input to output: every window is a target.
    pub(crate) fn forward(&self) -> Walk {
        let axis = |axis: usize| {
            let tap = |tap: usize| AxisTap { offset: (tap * self.dilation[axis]) as isize - self.before[axis] as isize, tap };
            vec![Axis { count: self.output[axis], start: 0, taps: (0..self.kernel[axis]).map(tap).collect() }]
        };
        Walk::new(self.batch, self.input, self.output, self.stride, [1, 1], [axis(0), axis(1)])
    }
    /// From output to input: every pixel is a target, of the windows that cover it. Pixels a stride apart are covered by the
    /// same taps, so there is a group for each remainder.
    pub(crate) fn backward(&self) -> Walk {
        let axis = |axis: usize| {
            let stride = self.stride[axis];
            let group = |start: usize| {
                let tap = |tap: usize| {
                    let at = (start + self.before[axis]) as isize - (tap * self.dilation[axis]) as isize;
                    (at.rem_euclid(stride as isize) == 0).then(|| AxisTap { offset: at.div_euclid(stride as isize), tap })
                };
                let taps = (0..self.kernel[axis]).filter_map(tap).collect();
                Axis { count: (self.input[axis] - start).div_ceil(stride), start, taps }
            };
            (0..stride.min(self.input[axis])).map(group).collect()
        };
        Walk::new(self.batch, self.output, self.input, [1, 1], self.stride, [axis(0), axis(1)])
    }
}

/// One tap along one axis: item `i` of a group reads the source at `i * step + offset`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AxisTap {
    pub offset: isize,
    pub tap: usize,
}

/// Targets along one axis that read the same taps: `start`, `start + jump`, ...
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    pub count: usize,
    pub start: usize,
    pub taps: Vec<AxisTap>,
}

impl Axis {
    /// The least and the largest offset of a tap.
    pub fn reach(&self) -> [isize; 2] {
        let offsets = || self.taps.iter().map(|tap| tap.offset);
        [offsets().min().unwrap_or(0), offsets().max().unwrap_or(0)]
    }
}

/// Targets that read the same taps.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub axes: [Axis; 2],
    /// Targets of all images.
    pub pixels: usize,
    /// The least and the largest offset down and across.
    pub reach: [[isize; 2]; 2],
}

/// A walk over target pixels.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    pub source: [usize; 2],
    pub target: [usize; 2],
    /// From target to target of a group, in the source and in the target.
    pub step: [usize; 2],
    pub jump: [usize; 2],
    pub groups: Vec<Group>,
}

impl Walk {
    fn new(batch: usize, source: [usize; 2], target: [usize; 2], step: [usize; 2], jump: [usize; 2], axes: [Vec<Axis>; 2]) -> Walk {
        let [down, across] = axes;
        let pair = |y: &Axis| across.iter().map(move |x| (y.clone(), x.clone())).collect::<Vec<_>>();
        let group = |(y, x): (Axis, Axis)| Group { pixels: batch * y.count * x.count, reach: [y.reach(), x.reach()], axes: [y, x] };
        let groups = down.iter().flat_map(pair).map(group).collect();
        Walk { source, target, step, jump, groups }
    }
}

impl Group {
    /// Image, row and column of item `i`.
    #[inline(always)]
    pub fn place(&self, i: usize) -> [usize; 3] {
        let (down, across) = (self.axes[0].count, self.axes[1].count);
        let row = i / across;
        [row / down, row % down, i % across]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_pixel_and_window_is_found_from_both_sides() {
        for (input, kernel, stride, dilation, before, output) in
            [(7, 3, 1, 1, 1, 7), (8, 3, 2, 1, 0, 4), (9, 2, 3, 2, 1, 3), (5, 4, 1, 3, 6, 8), (3, 1, 4, 1, 0, 1), (6, 3, 5, 1, 2, 2)]
        {
            let g = Geometry {
                batch: 1,
                input: [input, 1],
                output: [output, 1],
                kernel: [kernel, 1],
                stride: [stride, 1],
                dilation: [dilation, 1],
                before: [before, 0],
            };
            let mut pairs = Vec::new();
            for window in 0..output {
                for tap in 0..kernel {
                    let at = (window * stride + tap * dilation) as isize - before as isize;
                    if (0..input as isize).contains(&at) {
                        pairs.push((window, tap, at as usize));
                        assert!(g.windows(0, tap).contains(&window) && g.inside_taps(0, window).contains(&tap));
                        assert_eq!(g.pixel(0, window, tap), at as usize);
                    } else {
                        assert!(!g.windows(0, tap).contains(&window) && !g.inside_taps(0, window).contains(&tap));
                    }
                }
            }
            let walked = |walk: Walk, flip: bool| {
                let mut found = Vec::new();
                for group in &walk.groups {
                    let axis = &group.axes[0];
                    for i in 0..axis.count {
                        for tap in &axis.taps {
                            let source = (i * walk.step[0]) as isize + tap.offset;
                            if (0..walk.source[0] as isize).contains(&source) {
                                let target = axis.start + i * walk.jump[0];
                                let (window, pixel) = if flip { (source as usize, target) } else { (target, source as usize) };
                                found.push((window, tap.tap, pixel));
                            }
                        }
                    }
                }
                found.sort_unstable();
                found
            };
            assert_eq!(walked(g.forward(), false), pairs);
            assert_eq!(walked(g.backward(), true), pairs);
        }
    }
}
