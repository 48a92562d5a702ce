// The operators of io.inkstream.engine.kernel.FusedOperator in bfloat16. perf/cuda/compile_kernels.py makes fused.ptx of this file.
//
// A CUDA block works on one row of the image's stream or, after those, of the text's. A thread holds eight neighbouring
// numbers, 16 bytes, at a time; sums are float32. The parameters are the operator's inputs, then its outputs, then the
// numbers of rows of both streams, the width of a row and that of a head.

typedef unsigned int u32;
typedef unsigned short bf16;

struct __align__(16) Eight {
  u32 pair[4];
};

struct __align__(8) Four {
  u32 pair[2];
};

constexpr float EPSILON = 1e-6f;
constexpr int MOST_PER_THREAD = 4;  // eights of a row that a thread holds while the row's sums are made

// Parts of a modulation; those of the text follow those of the image.
enum Part { SHIFT_ATTENTION, SCALE_ATTENTION, GATE_ATTENTION, SHIFT_MLP, SCALE_MLP, GATE_MLP, PARTS };

static __device__ __forceinline__ void widen(const u32* pairs, float* values, int count) {
#pragma unroll
  for (int i = 0; i < count; i++) {
    values[2 * i] = __uint_as_float(pairs[i] << 16);
    values[2 * i + 1] = __uint_as_float(pairs[i] & 0xffff0000u);
  }
}

static __device__ __forceinline__ void read(const bf16* from, int eight, float (&values)[8]) {
  Eight packed = reinterpret_cast<const Eight*>(from)[eight];
  widen(packed.pair, values, 4);
}

static __device__ __forceinline__ Eight narrow(const float (&values)[8]) {
  Eight packed;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(packed.pair[i]) : "f"(values[2 * i + 1]), "f"(values[2 * i]));
  }
  return packed;
}

static __device__ __forceinline__ void write(bf16* to, int eight, Eight packed) {
  reinterpret_cast<Eight*>(to)[eight] = packed;
}

// The sum over the block, in every thread; scratch is shared and used once.
static __device__ __forceinline__ float sum(float value, float* scratch) {
#pragma unroll
  for (int distance = 16; distance > 0; distance /= 2) {
    value += __shfl_xor_sync(0xffffffffu, value, distance);
  }
  if (threadIdx.x % 32 == 0) {
    scratch[threadIdx.x / 32] = value;
  }
  __syncthreads();
  float total = 0;
  for (int warp = 0; warp < blockDim.x / 32; warp++) {
    total += scratch[warp];
  }
  return total;
}

// The row that this block works on.
struct Row {
  bool text;
  size_t at;  // within its stream

  __device__ explicit Row(int image) : text(blockIdx.x >= image), at(text ? blockIdx.x - image : blockIdx.x) {}

  template <typename T>
  __device__ T* of(T* image, T* text_, int width) const {
    return (text ? text_ : image) + at * width;
  }

  __device__ const bf16* modulation(const bf16* all, int width) const {
    return all + (text ? size_t(PARTS) * width : 0);
  }
};

// LayerNorm without weights, then scale and shift of the modulation; held has the row's eights that belong to this thread.
static __device__ __forceinline__ void normalise(const Eight (&held)[MOST_PER_THREAD], const bf16* scale, const bf16* shift,
                                                 bf16* out, int width) {
  __shared__ float sums[32], squares[32];
  int eights = width / 8;
  float values[8], total = 0, square = 0;
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    if (threadIdx.x + i * blockDim.x < eights) {
      widen(held[i].pair, values, 4);
#pragma unroll
      for (int j = 0; j < 8; j++) {
        total += values[j];
      }
    }
  }
  float mean = sum(total, sums) / width;
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    if (threadIdx.x + i * blockDim.x < eights) {
      widen(held[i].pair, values, 4);
#pragma unroll
      for (int j = 0; j < 8; j++) {
        square += (values[j] - mean) * (values[j] - mean);
      }
    }
  }
  float inverse = rsqrtf(sum(square, squares) / width + EPSILON);
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    int eight = threadIdx.x + i * blockDim.x;
    if (eight < eights) {
      float scales[8], shifts[8];
      widen(held[i].pair, values, 4);
      read(scale, eight, scales);
      read(shift, eight, shifts);
#pragma unroll
      for (int j = 0; j < 8; j++) {
        values[j] = (values[j] - mean) * inverse * scales[j] + shifts[j];
      }
      write(out, eight, narrow(values));
    }
  }
}

// value + gate (update + bias)
static __device__ __forceinline__ Eight gated(const bf16* value, const bf16* update, const bf16* bias, const bf16* gate, int eight) {
  float values[8], updates[8], biases[8], gates[8];
  read(value, eight, values);
  read(update, eight, updates);
  read(bias, eight, biases);
  read(gate, eight, gates);
#pragma unroll
  for (int j = 0; j < 8; j++) {
    values[j] += gates[j] * (updates[j] + biases[j]);
  }
  return narrow(values);
}

extern "C" __global__ void __launch_bounds__(512)
    ada_layer_norm(const bf16* __restrict__ h, const bf16* __restrict__ e, const bf16* __restrict__ modulation,
                   bf16* __restrict__ h_normed, bf16* __restrict__ e_normed, int image, int text, int width, int head) {
  Row row(image);
  const bf16* parts = row.modulation(modulation, width);
  const bf16* in = row.of(h, e, width);
  Eight held[MOST_PER_THREAD];
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    int eight = threadIdx.x + i * blockDim.x;
    if (eight < width / 8) {
      held[i] = reinterpret_cast<const Eight*>(in)[eight];
    }
  }
  normalise(held, parts + size_t(SCALE_ATTENTION) * width, parts + size_t(SHIFT_ATTENTION) * width,
            row.of(h_normed, e_normed, width), width);
}

extern "C" __global__ void __launch_bounds__(512)
    gated_ada_layer_norm(const bf16* __restrict__ h, const bf16* __restrict__ e, const bf16* __restrict__ h_update,
                         const bf16* __restrict__ e_update, const bf16* __restrict__ h_bias, const bf16* __restrict__ e_bias,
                         const bf16* __restrict__ modulation, bf16* __restrict__ h_sum, bf16* __restrict__ e_sum,
                         bf16* __restrict__ h_normed, bf16* __restrict__ e_normed, int image, int text, int width, int head) {
  Row row(image);
  const bf16* parts = row.modulation(modulation, width);
  const bf16* bias = row.text ? e_bias : h_bias;
  Eight held[MOST_PER_THREAD];
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    int eight = threadIdx.x + i * blockDim.x;
    if (eight < width / 8) {
      held[i] = gated(row.of(h, e, width), row.of(h_update, e_update, width), bias, parts + size_t(GATE_ATTENTION) * width, eight);
      write(row.of(h_sum, e_sum, width), eight, held[i]);
    }
  }
  normalise(held, parts + size_t(SCALE_MLP) * width, parts + size_t(SHIFT_MLP) * width, row.of(h_normed, e_normed, width), width);
}

extern "C" __global__ void __launch_bounds__(512)
    gated_residual(const bf16* __restrict__ h, const bf16* __restrict__ e, const bf16* __restrict__ h_update,
                   const bf16* __restrict__ e_update, const bf16* __restrict__ h_bias, const bf16* __restrict__ e_bias,
                   const bf16* __restrict__ modulation, bf16* __restrict__ h_sum, bf16* __restrict__ e_sum, int image, int text,
                   int width, int head) {
  Row row(image);
  const bf16* gate = row.modulation(modulation, width) + size_t(GATE_MLP) * width;
  const bf16* bias = row.text ? e_bias : h_bias;
  for (int eight = threadIdx.x; eight < width / 8; eight += blockDim.x) {
    write(row.of(h_sum, e_sum, width), eight,
          gated(row.of(h, e, width), row.of(h_update, e_update, width), bias, gate, eight));
  }
}

// GELU by its tanh form: x / (1 + exp(-2 sqrt(2 / pi) (x + 0.044715 x^3)))
extern "C" __global__ void __launch_bounds__(512)
    bias_gelu(const bf16* __restrict__ h, const bf16* __restrict__ e, const bf16* __restrict__ h_bias, const bf16* __restrict__ e_bias,
              bf16* __restrict__ h_active, bf16* __restrict__ e_active, int image, int text, int width, int head) {
  Row row(image);
  const bf16* in = row.of(h, e, width);
  const bf16* bias = row.text ? e_bias : h_bias;
  bf16* out = row.of(h_active, e_active, width);
#pragma unroll 2
  for (int eight = threadIdx.x; eight < width / 8; eight += blockDim.x) {
    float values[8], biases[8];
    read(in, eight, values);
    read(bias, eight, biases);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      float x = values[j] + biases[j];
      float inner = 1.5957691216057308f * x * (1 + 0.044715f * x * x);
      values[j] = __fdividef(x, 1 + __expf(-inner));
    }
    write(out, eight, narrow(values));
  }
}

// Eight numbers of a head after RMSNorm and rotation. The lanes that hold a head are neighbours in a warp.
static __device__ __forceinline__ Eight rotated(const bf16* in, const bf16* bias, const bf16* weight, const float (&cosines)[4],
                                                const float (&sines)[4], int eight, int head) {
  float values[8], numbers[8];
  read(in, eight, values);
  read(bias, eight, numbers);
  float square = 0;
#pragma unroll
  for (int j = 0; j < 8; j++) {
    values[j] += numbers[j];
    square += values[j] * values[j];
  }
  int lanes = head / 8;
  u32 mask = (lanes == 32 ? 0xffffffffu : (1u << lanes) - 1) << (threadIdx.x % 32 / lanes * lanes);
  for (int distance = lanes / 2; distance > 0; distance /= 2) {
    square += __shfl_xor_sync(mask, square, distance);
  }
  float inverse = rsqrtf(square / head + EPSILON);
  read(weight, eight % lanes, numbers);
#pragma unroll
  for (int j = 0; j < 8; j++) {
    values[j] *= inverse * numbers[j];
  }
  float turned[8];
#pragma unroll
  for (int j = 0; j < 4; j++) {
    turned[2 * j] = values[2 * j] * cosines[j] - values[2 * j + 1] * sines[j];
    turned[2 * j + 1] = values[2 * j] * sines[j] + values[2 * j + 1] * cosines[j];
  }
  return narrow(turned);
}

// qkv has queries, keys and values side by side; the joint streams have the text's rows first.
extern "C" __global__ void __launch_bounds__(512)
    head_norm_rope(const bf16* __restrict__ h_qkv, const bf16* __restrict__ e_qkv, const bf16* __restrict__ h_bias,
                   const bf16* __restrict__ e_bias, const bf16* __restrict__ h_query_norm, const bf16* __restrict__ h_key_norm,
                   const bf16* __restrict__ e_query_norm, const bf16* __restrict__ e_key_norm, const bf16* __restrict__ cosines,
                   const bf16* __restrict__ sines, bf16* __restrict__ query, bf16* __restrict__ key, bf16* __restrict__ value,
                   int image, int text, int width, int head) {
  Row row(image);
  const bf16* in = row.of(h_qkv, e_qkv, 3 * width);
  const bf16* bias = row.text ? e_bias : h_bias;
  size_t joint = row.text ? row.at : text + row.at;
  for (int eight = threadIdx.x; eight < width / 8; eight += blockDim.x) {
    size_t angle = joint * (head / 2) + eight % (head / 8) * 4;
    Four packed_cosines = *reinterpret_cast<const Four*>(cosines + angle);
    Four packed_sines = *reinterpret_cast<const Four*>(sines + angle);
    float cosine[4], sine[4];
    widen(packed_cosines.pair, cosine, 2);
    widen(packed_sines.pair, sine, 2);
    write(query + joint * width, eight,
          rotated(in, bias, row.text ? e_query_norm : h_query_norm, cosine, sine, eight, head));
    write(key + joint * width, eight,
          rotated(in + width, bias + width, row.text ? e_key_norm : h_key_norm, cosine, sine, eight, head));
    float values[8], biases[8];
    read(in + 2 * width, eight, values);
    read(bias + 2 * width, eight, biases);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      values[j] += biases[j];
    }
    write(value + joint * width, eight, narrow(values));
  }
}
