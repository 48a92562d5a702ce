// Copies columns of rows from other cards that this one reaches by itself (io.inkstream.engine.device.CudaPulls): all that
// a lane takes from the others in one launch, where the runtime library's pitched copies would be one after another.
// perf/cuda/compile_kernels.py makes pull.ptx of this file.

struct __align__(8) Copy {
  char* to;
  const char* from;
  unsigned long long to_pitch;  // bytes from row to row
  unsigned long long from_pitch;
  unsigned pieces;  // of 16 bytes, of a row
  unsigned rows;
};

constexpr int MOST = 24;       // copies of a launch; CudaPulls knows it, too
constexpr int IN_FLIGHT = 4;  // reads that a thread waits for at once: another card answers late

struct Copies {
  Copy each[MOST];
};

// The second extent of the grid is the number of copies.
extern "C" __global__ void __launch_bounds__(256) pull(const Copies copies) {
  Copy copy = copies.each[blockIdx.y];
  unsigned all = copy.pieces * copy.rows, threads = gridDim.x * blockDim.x;
  for (unsigned first = blockIdx.x * blockDim.x + threadIdx.x; first < all; first += IN_FLIGHT * threads) {
    uint4 held[IN_FLIGHT];
#pragma unroll
    for (int i = 0; i < IN_FLIGHT; i++) {
      unsigned at = first + i * threads;
      if (at < all) {
        held[i] = *reinterpret_cast<const uint4*>(copy.from + at / copy.pieces * copy.from_pitch + at % copy.pieces * 16);
      }
    }
#pragma unroll
    for (int i = 0; i < IN_FLIGHT; i++) {
      unsigned at = first + i * threads;
      if (at < all) {
        *reinterpret_cast<uint4*>(copy.to + at / copy.pieces * copy.to_pitch + at % copy.pieces * 16) = held[i];
      }
    }
  }
}
