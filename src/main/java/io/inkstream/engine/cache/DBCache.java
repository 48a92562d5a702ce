package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;

import io.inkstream.engine.cache.CacheStats.BranchName;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// The cache of one request: the states of its branches.
///
/// For one thread at a time; the owner closes it when the request ends, however it ends.
public final class DBCache implements AutoCloseable {
  private final DBCacheConfig config;
  private final int branches;
  private final boolean separate;
  private final CacheContext main;
  private final CacheContext cfg;
  private int forwards;

  /// @param branches forwards of a step: 1, or with guidance 2
  public DBCache(DBCacheConfig config, int branches) {
    this(config, branches, ResidualArithmetic.HOST);
  }

  /// @param arithmetic for the tensors that it will be given
  public DBCache(DBCacheConfig config, int branches, ResidualArithmetic arithmetic) {
    requireBranches(branches);
    this.config = config;
    this.branches = branches;
    this.separate = config.get(SEPARATE_CFG).separates(branches);
    this.main = new CacheContext(config, arithmetic);
    this.cfg = new CacheContext(config, arithmetic);
  }

  /// The next forward of a branch. Branches may take turns as they like, and a step may have any
  /// number of forwards: each counts as a step of its branch.
  public CacheForward begin(BranchName branch) {
    BranchName state = config.get(SEPARATE_CFG).state(branches, branch, forwards++);
    CacheContext context = state == BranchName.CFG ? cfg : main;
    int step = context.begin();
    OptionalDouble given =
        state == BranchName.CFG && !config.cfgDiffComputeSeparate()
            ? main.residualDiff(step)
            : OptionalDouble.empty();
    return new CacheForward(context, state, step, given);
  }

  /// What was done so far.
  public CacheStats stats() {
    List<CacheStats.Branch> branches = new ArrayList<>();
    branches.add(main.stats(BranchName.MAIN));
    if (separate) {
      branches.add(cfg.stats(BranchName.CFG));
    }
    int cachedSteps = branches.getFirst().cachedSteps().size();
    return new CacheStats(
        SummaryName.of(config, separate, cachedSteps),
        config.get(FN_COMPUTE_BLOCKS) + config.get(BN_COMPUTE_BLOCKS),
        branches);
  }

  /// Bytes that a request's cache holds at most.
  ///
  /// @param tokens of the image stream of one picture
  /// @param textTokens of the longest text
  /// @param width D
  /// @param branches forwards of a step
  /// @param pictures of the request
  public static long bytes(
      DBCacheConfig config, int tokens, int textTokens, int width, int branches, int pictures) {
    requireBranches(branches);
    long buffers = config.calibrator().buffers();
    long image = tokens * (buffers + (config.measuresDiffs() ? 1 : 0));
    long text = config.keepsText() ? textTokens * buffers : 0;
    int states = config.get(SEPARATE_CFG).separates(branches) ? 2 : 1;
    return (image + text) * width * Float.BYTES * states * pictures;
  }

  private static void requireBranches(int branches) {
    if (branches != 1 && branches != 2) {
      throw new IllegalArgumentException(branches + " branches: must be 1, or 2 with guidance");
    }
  }

  @Override
  public void close() {
    main.close();
    cfg.close();
  }
}
