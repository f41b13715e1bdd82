//! Philox 4x32-10: randomness as a function of a key and a counter, so that any thread or device makes any part alike.
//! Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011).

/// Four random words for `counter` under `key`.
#[inline]
pub fn philox(key: [u32; 2], counter: [u32; 4]) -> [u32; 4] {
    let [mut k0, mut k1] = key;
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    for _ in 0..10 {
        let p0 = u64::from(c0) * 0xD251_1F53;
        let p1 = u64::from(c2) * 0xCD9E_8D57;
        (c0, c1, c2, c3) = ((p1 >> 32) as u32 ^ c1 ^ k0, p1 as u32, (p0 >> 32) as u32 ^ c3 ^ k1, p0 as u32);
        k0 = k0.wrapping_add(0x9E37_79B9);
        k1 = k1.wrapping_add(0xBB67_AE85);
    }
    [c0, c1, c2, c3]
}

/// A stream of random numbers under one key, for host code (initial values, permutations).
pub struct Philox {
    key: [u32; 2],
    counter: u64,
    words: [u32; 4],
    left: usize,
}

impl Philox {
    /// A stream; equal keys give equal streams.
    pub fn new(key: u64) -> Philox {
        Philox { key: [key as u32, (key >> 32) as u32], counter: 0, words: [0; 4], left: 0 }
    }
    /// The next 32 random bits.
    pub fn word(&mut self) -> u32 {
        if self.left == 0 {
            self.words = philox(self.key, [self.counter as u32, (self.counter >> 32) as u32, 0, 0]);
            self.counter += 1;
            self.left = 4;
        }
        self.left -= 1;
        self.words[3 - self.left]
    }
    /// Uniform in [0, 1), 53 bits.
    pub fn uniform(&mut self) -> f64 {
        let (a, b) = (u64::from(self.word()), u64::from(self.word()));
        ((a << 21) ^ (b >> 11)) as f64 / (1u64 << 53) as f64
    }
    /// Standard normal (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let (u, v) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }
    /// A whole number below `n` without bias (Lemire's rejection).
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 {
            return 0;
        }
        let limit = n.wrapping_neg() % n;
        loop {
            let x = (u64::from(self.word()) << 32) | u64::from(self.word());
            let m = u128::from(x) * u128::from(n);
            if m as u64 >= limit {
                return (m >> 64) as u64;
            }
        }
    }
    /// Shuffles in place (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // From the Random123 distribution's kat_vectors.
        assert_eq!(philox([0, 0], [0; 4]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
        assert_eq!(philox([!0, !0], [!0; 4]), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    }

    #[test]
    fn permutes() {
        let mut v: Vec<u32> = (0..1000).collect();
        Philox::new(7).shuffle(&mut v);
        assert_ne!(v[..10], (0..10).collect::<Vec<_>>()[..]);
        v.sort();
        assert_eq!(v, (0..1000).collect::<Vec<_>>());
    }
}
