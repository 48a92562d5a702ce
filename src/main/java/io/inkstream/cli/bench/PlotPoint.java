package io.inkstream.cli.bench;

/// A point of a [FrontierPlot].
///
/// @param series its engine or family: a kind of marker each
/// @param steps a colour each
/// @param setting a number each
/// @param speedup how many times as fast
/// @param psnr in dB
record PlotPoint(String series, int steps, String setting, double speedup, double psnr) {}
