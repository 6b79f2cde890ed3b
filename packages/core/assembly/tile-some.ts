/**
 * The inner loops of a wide first layer over the nonzero features, see zeros.ts: the sums of tile-4x16.ts and
 * tile-4x8.ts, with $V vectors per row.
 */
// for each $V of 4, 2
/**
 * out[i][j] = start[j] + sum over the listed k of W[k][j] A[k, i], in order: four examples, 4 * $V units.
 * @param list for each k, the offset of W[k] in bytes from W and the address of A[k, 0]: u32, u32. The four examples of
 *   A are 64 bytes apart. Entries are read in pairs.
 */
export function someInputs$V(W: usize, list: usize, end: usize, start: usize, out: usize): void {
  // repeat $J = $V
  const s$J = v128.load(start, 16 * $J);
  // end $J
  // repeat $R = 4
  // repeat $J = $V
  let z$R$J = s$J;
  // end $J
  // end $R
  for (; list < end; list += 16) {
    // repeat $K = 2, each in a scope of its own
    const w = W + <usize>load<u32>(list, 8 * $K), a = <usize>load<u32>(list, 8 * $K + 4);
    // repeat $J = $V
    const w$J = v128.load(w, 16 * $J);
    // end $J
    // repeat $R = 4
    const a$R = v128.load_splat<f32>(a, 64 * $R);
    // repeat $J = $V
    z$R$J = f32x4.add(z$R$J, f32x4.mul(w$J, a$R));
    // end $J
    // end $R
    // end $K
  }
  // repeat $R = 4
  // repeat $J = $V
  v128.store(out, z$R$J, 64 * $R + 16 * $J);
  // end $J
  // end $R
}

/**
 * w[k][j] = sums over columns c of dZ[j, c] A[k, c], for four inputs and each of some leaves. Every second leaf is
 * added to the one before: 0 + 1, 2 + 3, ... at out, 256 bytes apart.
 * @param A lanes k .. k + 3 of a panel, [columns][16]
 * @param map one bit per column, set if any of its four numbers is not zero
 * @param counts the number of columns of each leaf, u32
 * @param start the initial sums of the first leaf, [4][16]; the other leaves start from zero
 * @param zero 256 bytes of zeros
 */
export function someColumns$V(
  dZ: usize, A: usize, map: usize, counts: usize, leaves: i32, start: usize, zero: usize, out: usize,
): void {
  let first: usize = 0;
  for (let leaf = 0; leaf < leaves; leaf++, counts += 4) {
    const end = first + <usize>load<u32>(counts);
    // repeat $R = 4
    // repeat $J = $V
    let w$R$J = v128.load(start, 64 * $R + 16 * $J);
    // end $J
    // end $R
    start = zero;
    while (first < end) {
      // 57 bits are available, whichever bit of a byte is the first.
      const count = min(end - first, 56);
      let columns = (load<u64>(map + (first >> 3)) >> (first & 7)) & (((<u64>1) << count) - 1);
      const z = dZ + (first << 6), x = A + (first << 6);
      first += count;
      while (columns) {
        const c = <usize>ctz(columns) << 6;
        columns &= columns - 1;
        const e = z + c, a = x + c;
        // repeat $J = $V
        const e$J = v128.load(e, 16 * $J);
        // end $J
        // repeat $R = 4
        const a$R = v128.load_splat<f32>(a, 4 * $R);
        // repeat $J = $V
        w$R$J = f32x4.add(w$R$J, f32x4.mul(e$J, a$R));
        // end $J
        // end $R
      }
    }
    const before = leaf & 1 ? out : zero;
    // repeat $R = 4
    // repeat $J = $V
    const s$R$J = f32x4.add(v128.load(before, 64 * $R + 16 * $J), w$R$J);
    // end $J
    // end $R
    // repeat $R = 4
    // repeat $J = $V
    v128.store(out, s$R$J, 64 * $R + 16 * $J);
    // end $J
    // end $R
    out += <usize>(leaf & 1) << 8;
  }
}

// end $V
