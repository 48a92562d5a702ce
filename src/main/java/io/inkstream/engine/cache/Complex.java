package io.inkstream.engine.cache;

/// A complex number.
record Complex(double re, double im) {
  static final Complex ZERO = new Complex(0, 0);
  static final Complex ONE = new Complex(1, 0);

  static Complex of(double re) {
    return new Complex(re, 0);
  }

  Complex plus(Complex that) {
    return new Complex(re + that.re, im + that.im);
  }

  Complex minus(Complex that) {
    return new Complex(re - that.re, im - that.im);
  }

  Complex times(Complex that) {
    return new Complex(re * that.re - im * that.im, re * that.im + im * that.re);
  }

  Complex times(double factor) {
    return new Complex(re * factor, im * factor);
  }

  Complex over(Complex that) {
    double norm = that.re * that.re + that.im * that.im;
    return times(that.conjugate()).times(1 / norm);
  }

  Complex conjugate() {
    return new Complex(re, -im);
  }

  double abs() {
    return Math.hypot(re, im);
  }

  /// The principal root.
  Complex sqrt() {
    return pow(0.5);
  }

  /// The principal value; 0 stays 0 for an exponent above 0.
  Complex pow(double exponent) {
    double radius = Math.pow(abs(), exponent);
    double angle = Math.atan2(im, re) * exponent;
    return new Complex(radius * Math.cos(angle), radius * Math.sin(angle));
  }
}
