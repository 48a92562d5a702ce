// The operators of io.inkstream.engine.kernel.FusedOperator in bfloat16. perf/cuda/compile_kernels.py makes fused.ptx of this
// file, and with FLOAT8 defined fused_float8.ptx, which has those whose results are numbers of 8 bits (e4m3fn).
//
// A CUDA block works on one row of the image's stream or, after those, of the text's. A thread holds eight neighbouring
// numbers, 16 bytes, at a time; sums are float32. The parameters are the operator's inputs, then its outputs, then the
// numbers of rows of both streams, the width of a row and that of a head. Operators of one stream, Qwen-Image-2.1's, have
// its rows as the image's and no text, or the rows of a prefix as the text's; they know neither shifts nor biases.

typedef unsigned int u32;
typedef unsigned short bf16;
typedef unsigned char float8;

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

// Parts of one stream's modulation.
enum OnePart { ONE_SCALE_ATTENTION, ONE_GATE_ATTENTION, ONE_SCALE_MLP, ONE_GATE_MLP };

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

// LayerNorm without weights, then scale and, if there is one, shift of the modulation; held has the row's eights that belong to this thread.
// take(i, eight, values) gets what comes of held[i].
template <typename Take>
static __device__ __forceinline__ void normalise(const Eight (&held)[MOST_PER_THREAD], const bf16* scale, const bf16* shift,
                                                 int width, Take take) {
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
      float scales[8], shifts[8] = {};
      widen(held[i].pair, values, 4);
      read(scale, eight, scales);
      if (shift != nullptr) {
        read(shift, eight, shifts);
      }
#pragma unroll
      for (int j = 0; j < 8; j++) {
        values[j] = (values[j] - mean) * inverse * scales[j] + shifts[j];
      }
      take(i, eight, values);
    }
  }
}

// value + gate (update + bias), where there is a bias
static __device__ __forceinline__ Eight gated(const bf16* value, const bf16* update, const bf16* bias, const bf16* gate, int eight) {
  float values[8], updates[8], biases[8] = {}, gates[8];
  read(value, eight, values);
  read(update, eight, updates);
  if (bias != nullptr) {
    read(bias, eight, biases);
  }
  read(gate, eight, gates);
#pragma unroll
  for (int j = 0; j < 8; j++) {
    values[j] += gates[j] * (updates[j] + biases[j]);
  }
  return narrow(values);
}

// The row's eights that belong to this thread.
static __device__ __forceinline__ void hold(const bf16* in, Eight (&held)[MOST_PER_THREAD], int width) {
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    int eight = threadIdx.x + i * blockDim.x;
    if (eight < width / 8) {
      held[i] = reinterpret_cast<const Eight*>(in)[eight];
    }
  }
}

// GELU by its tanh form: x / (1 + exp(-2 sqrt(2 / pi) (x + 0.044715 x^3)))
static __device__ __forceinline__ void gelu(const bf16* in, const bf16* bias, int eight, float (&values)[8]) {
  float biases[8];
  read(in, eight, values);
  read(bias, eight, biases);
#pragma unroll
  for (int j = 0; j < 8; j++) {
    float x = values[j] + biases[j];
    float inner = 1.5957691216057308f * x * (1 + 0.044715f * x * x);
    values[j] = __fdividef(x, 1 + __expf(-inner));
  }
}

// SiLU(gate) up
static __device__ __forceinline__ void swi_glu(const bf16* gate, const bf16* up, int eight, float (&values)[8]) {
  float ups[8];
  read(gate, eight, values);
  read(up, eight, ups);
#pragma unroll
  for (int j = 0; j < 8; j++) {
    values[j] = __fdividef(values[j], 1 + __expf(-values[j])) * ups[j];
  }
}

#ifdef FLOAT8

constexpr float FLOAT8_MOST = 448;

// The first number in the lowest byte.
static __device__ __forceinline__ u32 narrow_to_float8(float a, float b, float c, float d) {
  u32 packed;
  asm("{ .reg .b16 low, high; cvt.rn.satfinite.e4m3x2.f32 low, %2, %1; cvt.rn.satfinite.e4m3x2.f32 high, %4, %3; mov.b32 %0, {low, high}; }"
      : "=r"(packed)
      : "f"(a), "f"(b), "f"(c), "f"(d));
  return packed;
}

// A row in numbers of 8 bits and its scale, with which its largest magnitude is the type's. kept has what belongs to this
// thread.
static __device__ __forceinline__ void write_float8(const float (&kept)[MOST_PER_THREAD][8], float8* out, float* scale, int width) {
  __shared__ float scratch[32];
  float largest = 0;
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    if (threadIdx.x + i * blockDim.x < width / 8) {
#pragma unroll
      for (int j = 0; j < 8; j++) {
        largest = fmaxf(largest, fabsf(kept[i][j]));
      }
    }
  }
#pragma unroll
  for (int distance = 16; distance > 0; distance /= 2) {
    largest = fmaxf(largest, __shfl_xor_sync(0xffffffffu, largest, distance));
  }
  if (threadIdx.x % 32 == 0) {
    scratch[threadIdx.x / 32] = largest;
  }
  __syncthreads();
  for (int warp = 0; warp < blockDim.x / 32; warp++) {
    largest = fmaxf(largest, scratch[warp]);
  }
  float unit = largest / FLOAT8_MOST;
  float inverse = unit == 0 ? 0 : 1 / unit;
  if (threadIdx.x == 0) {
    *scale = unit;
  }
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    int eight = threadIdx.x + i * blockDim.x;
    if (eight < width / 8) {
      const float* v = kept[i];
      Four packed;
      packed.pair[0] = narrow_to_float8(v[0] * inverse, v[1] * inverse, v[2] * inverse, v[3] * inverse);
      packed.pair[1] = narrow_to_float8(v[4] * inverse, v[5] * inverse, v[6] * inverse, v[7] * inverse);
      reinterpret_cast<Four*>(out)[eight] = packed;
    }
  }
}

// Keeps what normalise gives.
struct Keep {
  float (&kept)[MOST_PER_THREAD][8];

  __device__ void operator()(int i, int eight, const float (&values)[8]) const {
#pragma unroll
    for (int j = 0; j < 8; j++) {
      kept[i][j] = values[j];
    }
  }
};

extern "C" __global__ void __launch_bounds__(512)
    ada_layer_norm_float8(const bf16* __restrict__ h, const bf16* __restrict__ e, const bf16* __restrict__ modulation,
                          float8* __restrict__ h_normed, float8* __restrict__ e_normed, float* __restrict__ h_scales,
                          float* __restrict__ e_scales, int image, int text, int width, int head) {
  Row row(image);
  const bf16* parts = row.modulation(modulation, width);
  Eight held[MOST_PER_THREAD];
  float kept[MOST_PER_THREAD][8];
  hold(row.of(h, e, width), held, width);
  normalise(held, parts + size_t(SCALE_ATTENTION) * width, parts + size_t(SHIFT_ATTENTION) * width, width, Keep{kept});
  write_float8(kept, row.of(h_normed, e_normed, width), row.of(h_scales, e_scales, 1), width);
}

extern "C" __global__ void __launch_bounds__(512)
    gated_ada_layer_norm_float8(const bf16* __restrict__ h, const bf16* __restrict__ e, const bf16* __restrict__ h_update,
                                const bf16* __restrict__ e_update, const bf16* __restrict__ h_bias,
                                const bf16* __restrict__ e_bias, const bf16* __restrict__ modulation,
                                bf16* __restrict__ h_sum, bf16* __restrict__ e_sum, float8* __restrict__ h_normed,
                                float8* __restrict__ e_normed, float* __restrict__ h_scales, float* __restrict__ e_scales,
                                int image, int text, int width, int head) {
  Row row(image);
  const bf16* parts = row.modulation(modulation, width);
  const bf16* bias = row.text ? e_bias : h_bias;
  Eight held[MOST_PER_THREAD];
  float kept[MOST_PER_THREAD][8];
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    int eight = threadIdx.x + i * blockDim.x;
    if (eight < width / 8) {
      held[i] = gated(row.of(h, e, width), row.of(h_update, e_update, width), bias, parts + size_t(GATE_ATTENTION) * width, eight);
      write(row.of(h_sum, e_sum, width), eight, held[i]);
    }
  }
  normalise(held, parts + size_t(SCALE_MLP) * width, parts + size_t(SHIFT_MLP) * width, width, Keep{kept});
  write_float8(kept, row.of(h_normed, e_normed, width), row.of(h_scales, e_scales, 1), width);
}

extern "C" __global__ void __launch_bounds__(512)
    bias_gelu_float8(const bf16* __restrict__ h, const bf16* __restrict__ e, const bf16* __restrict__ h_bias,
                     const bf16* __restrict__ e_bias, float8* __restrict__ h_active, float8* __restrict__ e_active,
                     float* __restrict__ h_scales, float* __restrict__ e_scales, int image, int text, int width, int head) {
  Row row(image);
  const bf16* in = row.of(h, e, width);
  const bf16* bias = row.text ? e_bias : h_bias;
  float kept[MOST_PER_THREAD][8];
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    int eight = threadIdx.x + i * blockDim.x;
    if (eight < width / 8) {
      gelu(in, bias, eight, kept[i]);
    }
  }
  write_float8(kept, row.of(h_active, e_active, width), row.of(h_scales, e_scales, 1), width);
}

extern "C" __global__ void __launch_bounds__(512)
    scaled_norm_float8(const bf16* __restrict__ h, const bf16* __restrict__ modulation, float8* __restrict__ normed,
                       float* __restrict__ scales, int image, int text, int width, int head) {
  size_t at = size_t(blockIdx.x) * width;
  Eight held[MOST_PER_THREAD];
  float kept[MOST_PER_THREAD][8];
  hold(h + at, held, width);
  normalise(held, modulation + size_t(ONE_SCALE_ATTENTION) * width, nullptr, width, Keep{kept});
  write_float8(kept, normed + at, scales + blockIdx.x, width);
}

extern "C" __global__ void __launch_bounds__(512)
    gated_scaled_norm_float8(const bf16* __restrict__ h, const bf16* __restrict__ update, const bf16* __restrict__ modulation,
                             bf16* __restrict__ sum, float8* __restrict__ normed, float* __restrict__ scales, int image, int text,
                             int width, int head) {
  size_t at = size_t(blockIdx.x) * width;
  Eight held[MOST_PER_THREAD];
  float kept[MOST_PER_THREAD][8];
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    int eight = threadIdx.x + i * blockDim.x;
    if (eight < width / 8) {
      held[i] = gated(h + at, update + at, nullptr, modulation + size_t(ONE_GATE_ATTENTION) * width, eight);
      write(sum + at, eight, held[i]);
    }
  }
  normalise(held, modulation + size_t(ONE_SCALE_MLP) * width, nullptr, width, Keep{kept});
  write_float8(kept, normed + at, scales + blockIdx.x, width);
}

extern "C" __global__ void __launch_bounds__(512)
    swi_glu_float8(const bf16* __restrict__ gate_up, float8* __restrict__ active, float* __restrict__ scales, int image, int text,
                   int width, int head) {
  const bf16* gate = gate_up + size_t(blockIdx.x) * 2 * width;
  float kept[MOST_PER_THREAD][8];
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    int eight = threadIdx.x + i * blockDim.x;
    if (eight < width / 8) {
      swi_glu(gate, gate + width, eight, kept[i]);
    }
  }
  write_float8(kept, active + size_t(blockIdx.x) * width, scales + blockIdx.x, width);
}

#else

// Writes what normalise gives.
struct Write {
  bf16* out;

  __device__ void operator()(int i, int eight, const float (&values)[8]) const { write(out, eight, narrow(values)); }
};

// Four numbers of e4m3fn, whose exponent is put into that of a float32: 2^120 makes up for the difference of the biases,
// and subnormal numbers come right with it.
static __device__ __forceinline__ void widen_four_float8(u32 packed, float* values) {
#pragma unroll
  for (int j = 0; j < 4; j++) {
    u32 code = packed >> 8 * j;
    values[j] = __uint_as_float((code & 0x80) << 24 | (code & 0x7f) << 20) * 0x1p120f;
  }
}

static __device__ __forceinline__ void widen_four_int8(u32 packed, float* values) {
#pragma unroll
  for (int j = 0; j < 4; j++) {
    values[j] = float(static_cast<signed char>(packed >> 8 * j));
  }
}

template <typename Widen>
static __device__ __forceinline__ void widen_row(const float8* in, float scale, bf16* out, int width, Widen widen_four) {
  for (int eight = threadIdx.x; eight < width / 8; eight += blockDim.x) {
    Four packed = reinterpret_cast<const Four*>(in)[eight];
    float values[8];
    widen_four(packed.pair[0], values);
    widen_four(packed.pair[1], values + 4);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      values[j] *= scale;
    }
    write(out, eight, narrow(values));
  }
}

// A weight's rows are the image's, and there is no text.
extern "C" __global__ void __launch_bounds__(512)
    widen_float8(const float8* __restrict__ weight, const float* __restrict__ scales, bf16* __restrict__ out, int image, int text,
                 int width, int head) {
  size_t at = size_t(blockIdx.x) * width;
  widen_row(weight + at, scales[blockIdx.x], out + at, width, [](u32 packed, float* values) { widen_four_float8(packed, values); });
}

extern "C" __global__ void __launch_bounds__(512)
    widen_int8(const float8* __restrict__ weight, const float* __restrict__ scales, bf16* __restrict__ out, int image, int text,
               int width, int head) {
  size_t at = size_t(blockIdx.x) * width;
  widen_row(weight + at, scales[blockIdx.x], out + at, width, [](u32 packed, float* values) { widen_four_int8(packed, values); });
}

extern "C" __global__ void __launch_bounds__(512)
    ada_layer_norm(const bf16* __restrict__ h, const bf16* __restrict__ e, const bf16* __restrict__ modulation,
                   bf16* __restrict__ h_normed, bf16* __restrict__ e_normed, int image, int text, int width, int head) {
  Row row(image);
  const bf16* parts = row.modulation(modulation, width);
  Eight held[MOST_PER_THREAD];
  hold(row.of(h, e, width), held, width);
  normalise(held, parts + size_t(SCALE_ATTENTION) * width, parts + size_t(SHIFT_ATTENTION) * width, width,
            Write{row.of(h_normed, e_normed, width)});
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
  normalise(held, parts + size_t(SCALE_MLP) * width, parts + size_t(SHIFT_MLP) * width, width,
            Write{row.of(h_normed, e_normed, width)});
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

extern "C" __global__ void __launch_bounds__(512)
    bias_gelu(const bf16* __restrict__ h, const bf16* __restrict__ e, const bf16* __restrict__ h_bias, const bf16* __restrict__ e_bias,
              bf16* __restrict__ h_active, bf16* __restrict__ e_active, int image, int text, int width, int head) {
  Row row(image);
  const bf16* in = row.of(h, e, width);
  const bf16* bias = row.text ? e_bias : h_bias;
  bf16* out = row.of(h_active, e_active, width);
#pragma unroll 2
  for (int eight = threadIdx.x; eight < width / 8; eight += blockDim.x) {
    float values[8];
    gelu(in, bias, eight, values);
    write(out, eight, narrow(values));
  }
}

// The cosines and sines by which the pairs of an eight turn.
static __device__ __forceinline__ void turn(const bf16* cosines, const bf16* sines, size_t row, int eight, int head,
                                            float (&cosine)[4], float (&sine)[4]) {
  size_t angle = row * (head / 2) + eight % (head / 8) * 4;
  widen(reinterpret_cast<const Four*>(cosines + angle)->pair, cosine, 2);
  widen(reinterpret_cast<const Four*>(sines + angle)->pair, sine, 2);
}

// Eight numbers of a head after RMSNorm and rotation. The lanes that hold a head are neighbours in a warp.
static __device__ __forceinline__ Eight rotated(const bf16* in, const bf16* bias, const bf16* weight, const float (&cosines)[4],
                                                const float (&sines)[4], int eight, int head) {
  float values[8], numbers[8] = {};
  read(in, eight, values);
  if (bias != nullptr) {
    read(bias, eight, numbers);
  }
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
    float cosine[4], sine[4];
    turn(cosines, sines, joint, eight, head, cosine, sine);
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

// Queries, keys and values of rows that see themselves and a prefix, whose keys and values come first.
extern "C" __global__ void __launch_bounds__(512)
    heads_behind_prefix(const bf16* __restrict__ qkv, const bf16* __restrict__ query_norm, const bf16* __restrict__ key_norm,
                        const bf16* __restrict__ cosines, const bf16* __restrict__ sines, const bf16* __restrict__ prefix_key,
                        const bf16* __restrict__ prefix_value, bf16* __restrict__ query, bf16* __restrict__ key,
                        bf16* __restrict__ value, int image, int text, int width, int head) {
  Row row(image);
  if (row.text) {
    size_t at = row.at * width;
    for (int eight = threadIdx.x; eight < width / 8; eight += blockDim.x) {
      write(key + at, eight, reinterpret_cast<const Eight*>(prefix_key + at)[eight]);
      write(value + at, eight, reinterpret_cast<const Eight*>(prefix_value + at)[eight]);
    }
    return;
  }
  const bf16* in = qkv + row.at * 3 * width;
  size_t own = row.at * width, joint = (text + row.at) * width;
  for (int eight = threadIdx.x; eight < width / 8; eight += blockDim.x) {
    float cosine[4], sine[4];
    turn(cosines, sines, row.at, eight, head, cosine, sine);
    write(query + own, eight, rotated(in, nullptr, query_norm, cosine, sine, eight, head));
    write(key + joint, eight, rotated(in + width, nullptr, key_norm, cosine, sine, eight, head));
    write(value + joint, eight, reinterpret_cast<const Eight*>(in + 2 * width)[eight]);
  }
}

extern "C" __global__ void __launch_bounds__(512)
    scaled_norm(const bf16* __restrict__ h, const bf16* __restrict__ modulation, bf16* __restrict__ normed, int image, int text,
                int width, int head) {
  size_t at = size_t(blockIdx.x) * width;
  Eight held[MOST_PER_THREAD];
  hold(h + at, held, width);
  normalise(held, modulation + size_t(ONE_SCALE_ATTENTION) * width, nullptr, width, Write{normed + at});
}

extern "C" __global__ void __launch_bounds__(512)
    gated_scaled_norm(const bf16* __restrict__ h, const bf16* __restrict__ update, const bf16* __restrict__ modulation,
                      bf16* __restrict__ sum, bf16* __restrict__ normed, int image, int text, int width, int head) {
  size_t at = size_t(blockIdx.x) * width;
  Eight held[MOST_PER_THREAD];
#pragma unroll
  for (int i = 0; i < MOST_PER_THREAD; i++) {
    int eight = threadIdx.x + i * blockDim.x;
    if (eight < width / 8) {
      held[i] = gated(h + at, update + at, nullptr, modulation + size_t(ONE_GATE_ATTENTION) * width, eight);
      write(sum + at, eight, held[i]);
    }
  }
  normalise(held, modulation + size_t(ONE_SCALE_MLP) * width, nullptr, width, Write{normed + at});
}

extern "C" __global__ void __launch_bounds__(512)
    gated_sum(const bf16* __restrict__ h, const bf16* __restrict__ update, const bf16* __restrict__ modulation,
              bf16* __restrict__ sum, int image, int text, int width, int head) {
  size_t at = size_t(blockIdx.x) * width;
  for (int eight = threadIdx.x; eight < width / 8; eight += blockDim.x) {
    write(sum + at, eight, gated(h + at, update + at, nullptr, modulation + size_t(ONE_GATE_MLP) * width, eight));
  }
}

extern "C" __global__ void __launch_bounds__(512)
    swi_glu(const bf16* __restrict__ gate_up, bf16* __restrict__ active, int image, int text, int width, int head) {
  const bf16* gate = gate_up + size_t(blockIdx.x) * 2 * width;
  bf16* out = active + size_t(blockIdx.x) * width;
#pragma unroll 2
  for (int eight = threadIdx.x; eight < width / 8; eight += blockDim.x) {
    float values[8];
    swi_glu(gate, gate + width, eight, values);
    write(out, eight, narrow(values));
  }
}

#endif
