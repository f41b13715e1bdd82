//! Images of few channels copied with their padding: a window's row is then one run of numbers, wherever the window lies.
use super::Geometry;
use crate::Part;

/// A copy of [batch, height, width, channels] into zeros around it.
#[derive(Clone, Copy)]
pub(super) struct Pad {
    from: Geometry,
    to: [usize; 2],
    channels: usize,
}

impl Pad {
    /// The copy that `geometry.padded()` speaks of, if any window leaves the images.
    pub fn new(geometry: &Geometry, channels: usize) -> Option<Pad> {
        (!geometry.inside()).then(|| Pad { from: *geometry, to: geometry.padded().input, channels })
    }
    /// Elements of the copy.
    pub fn len(&self) -> usize {
        self.from.batch * self.to[0] * self.to[1] * self.channels
    }
    pub fn parts(&self) -> usize {
        (self.len() >> 15).clamp(1, (self.from.batch * self.to[0]).clamp(1, 64))
    }
    /// Copies one part's rows.
    ///
    /// # Safety
    /// `from` and `to` must be good for the images and for `len` elements, and no other part may have the same rows.
    pub unsafe fn run<T: Copy>(&self, from: *const T, to: *mut T, part: Part) {
        let (g, c) = (&self.from, self.channels);
        let row = self.to[1] * c;
        let left = g.before[1].min(self.to[1]) * c;
        let width = g.input[1].min(self.to[1] - left / c.max(1)) * c;
        for i in part.range(g.batch * self.to[0]) {
            let (image, y) = (i / self.to[0], i % self.to[0]);
            // SAFETY: a row of the copy and, where it has numbers, a row of the images.
            unsafe {
                let to = to.add(i * row);
                match y.checked_sub(g.before[0]).filter(|y| *y < g.input[0]) {
                    Some(y) => {
                        std::ptr::write_bytes(to, 0, left);
                        std::ptr::copy_nonoverlapping(from.add((image * g.input[0] + y) * g.input[1] * c), to.add(left), width);
                        std::ptr::write_bytes(to.add(left + width), 0, row - left - width);
                    }
                    None => std::ptr::write_bytes(to, 0, row),
                }
            }
        }
    }
}
