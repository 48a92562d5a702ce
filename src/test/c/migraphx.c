// A MIGraphX for tests of ONNX Runtime's provider for it, beside card.c: it takes any graph of one input `x` of two
// dimensions and one output, and makes a program of it that gives `x` back, in the stream that it is run in.
#include <stdlib.h>
#include <string.h>

enum { WITHIN = 3, FLOATS = 4 };

struct shape { size_t extents[2], strides[2]; };
struct argument { struct shape shape; char *address; };
struct parameters { char *x, *y; };

static const char input[] = "x";
static const char output[] = "main:#output_0"; // as the real one names it
static struct shape shape = {{1, 1}, {1, 1}};

int hipMemcpyAsync(char *to, char *from, size_t bytes, int kind, void *stream);

static size_t bytes(const struct shape *of) { return of->extents[0] * of->extents[1] * sizeof(float); }

static int made(void **handle) {
  *handle = malloc(1);
  return 0;
}

#define MAKES(name) int migraphx_##name(void **handle) { return made(handle); }
MAKES(onnx_options_create) MAKES(program_create) MAKES(target_create) MAKES(compile_options_create)
MAKES(file_options_create) MAKES(parse_onnx_buffer) MAKES(program_get_parameter_shapes) MAKES(program_get_output_shapes)
MAKES(quantize_fp8_options_create) MAKES(quantize_int8_options_create) MAKES(shape_create_scalar)

// Options, and what is freed at the end of a test.
#define NOTHING(name) int migraphx_##name(void) { return 0; }
NOTHING(argument_destroy) NOTHING(arguments_destroy) NOTHING(compile_options_destroy) NOTHING(file_options_destroy)
NOTHING(onnx_options_destroy) NOTHING(program_destroy) NOTHING(program_parameter_shapes_destroy)
NOTHING(program_parameters_destroy) NOTHING(quantize_fp8_options_destroy) NOTHING(quantize_int8_options_destroy)
NOTHING(shape_destroy) NOTHING(shapes_destroy) NOTHING(target_destroy)
NOTHING(compile_options_set_exhaustive_tune_flag) NOTHING(compile_options_set_fast_math)
NOTHING(file_options_set_file_format) NOTHING(onnx_options_set_external_data_path) NOTHING(program_compile)
NOTHING(quantize_bf16) NOTHING(quantize_fp16) NOTHING(quantize_fp8) NOTHING(quantize_int8) NOTHING(load) NOTHING(save)
NOTHING(quantize_fp8_options_add_calibration_data) NOTHING(quantize_int8_options_add_calibration_data)
NOTHING(quantize_int8_options_add_op_name)

int migraphx_onnx_options_set_input_parameter_shape(void *options, const char *name, size_t *extents, size_t rank) {
  (void)options;
  if (rank != 2 || strcmp(name, input)) return 1;
  shape = (struct shape){{extents[0], extents[1]}, {extents[1], 1}};
  return 0;
}

int migraphx_program_parameter_shapes_size(size_t *count) {
  *count = 2;
  return 0;
}

int migraphx_program_parameter_shapes_names(const char **names) {
  names[0] = input;
  names[1] = output;
  return 0;
}

int migraphx_program_parameter_shapes_get(const struct shape **one) {
  *one = &shape;
  return 0;
}

int migraphx_shapes_size(size_t *count) {
  *count = 1;
  return 0;
}

int migraphx_shapes_get(const struct shape **one) {
  *one = &shape;
  return 0;
}

int migraphx_shape_lengths(const size_t **extents, size_t *rank, const struct shape *of) {
  *extents = of->extents;
  *rank = 2;
  return 0;
}

int migraphx_shape_strides(const size_t **strides, size_t *rank, const struct shape *of) {
  *strides = of->strides;
  *rank = 2;
  return 0;
}

int migraphx_shape_type(int *type) {
  *type = FLOATS;
  return 0;
}

int migraphx_shape_bytes(size_t *count, const struct shape *of) {
  *count = bytes(of);
  return 0;
}

int migraphx_argument_create(struct argument **argument, const struct shape *of, char *address) {
  *argument = malloc(sizeof **argument);
  **argument = (struct argument){*of, address};
  return 0;
}

int migraphx_argument_buffer(char **address, struct argument *argument) {
  *address = argument->address;
  return 0;
}

int migraphx_argument_shape(const struct shape **of, struct argument *argument) {
  *of = &argument->shape;
  return 0;
}

int migraphx_program_parameters_create(struct parameters **parameters) {
  *parameters = calloc(1, sizeof **parameters);
  return 0;
}

int migraphx_program_parameters_add(struct parameters *parameters, const char *name, struct argument *argument) {
  if (strcmp(name, input)) parameters->y = argument->address;
  else parameters->x = argument->address;
  return 0;
}

int migraphx_program_run_async(struct argument **results, void *program, struct parameters *parameters, void *stream, const char *kind) {
  (void)program;
  if (strcmp(kind, "ihipStream_t")) return 1;
  int error = hipMemcpyAsync(parameters->y, parameters->x, bytes(&shape), WITHIN, stream);
  return error ? error : migraphx_argument_create(results, &shape, parameters->y);
}

int migraphx_arguments_size(size_t *count) {
  *count = 1;
  return 0;
}

int migraphx_arguments_get(struct argument **one, struct argument *results) {
  *one = results;
  return 0;
}
