package io.inkstream.engine.vae;

/// Least squares of several outputs, each linear in the inputs with a constant: the normal
/// equations, with a small ridge so that they can always be solved.
final class LinearFit {
  private static final double RIDGE = 1e-6;

  private final int inputs;
  private final double[][] products;
  private final double[][] targets;
  private int samples;

  LinearFit(int inputs, int outputs) {
    this.inputs = inputs;
    this.products = new double[inputs + 1][inputs + 1];
    this.targets = new double[outputs][inputs + 1];
  }

  void add(double[] input, double[] output) {
    samples++;
    for (int i = 0; i <= inputs; i++) {
      for (int j = 0; j <= inputs; j++) {
        products[i][j] += at(input, i) * at(input, j);
      }
      for (int k = 0; k < output.length; k++) {
        targets[k][i] += output[k] * at(input, i);
      }
    }
  }

  /// For each output: a factor for each input, then the constant.
  float[][] solve() {
    double[][] lower = cholesky();
    float[][] factors = new float[targets.length][inputs + 1];
    for (int k = 0; k < targets.length; k++) {
      double[] solution = substitute(lower, targets[k]);
      for (int i = 0; i <= inputs; i++) {
        factors[k][i] = (float) solution[i];
      }
    }
    return factors;
  }

  private double at(double[] input, int index) {
    return index < inputs ? input[index] : 1;
  }

  private double[][] cholesky() {
    double[][] lower = new double[inputs + 1][inputs + 1];
    for (int i = 0; i <= inputs; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = products[i][j] + (i == j ? RIDGE * (samples + 1) : 0);
        for (int k = 0; k < j; k++) {
          sum -= lower[i][k] * lower[j][k];
        }
        lower[i][j] = i == j ? Math.sqrt(sum) : sum / lower[j][j];
      }
    }
    return lower;
  }

  private double[] substitute(double[][] lower, double[] target) {
    double[] x = target.clone();
    for (int i = 0; i <= inputs; i++) {
      for (int k = 0; k < i; k++) {
        x[i] -= lower[i][k] * x[k];
      }
      x[i] /= lower[i][i];
    }
    for (int i = inputs; i >= 0; i--) {
      for (int k = i + 1; k <= inputs; k++) {
        x[i] -= lower[k][i] * x[k];
      }
      x[i] /= lower[i][i];
    }
    return x;
  }
}
