package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.estimate.DeviceDuty;
import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.estimate.Load;
import io.inkstream.engine.estimate.MemoryModel.OnDevice;
import io.inkstream.engine.estimate.MemoryModel.Sizes;
import io.inkstream.engine.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Layers over devices whose memories have limits.
class LayerSpreadTest {
  // 60 blocks of 450 and 28 layers of 500; VAE and eyes 1,000; of each device 1,000, where it has
  // blocks 2,000 more, and 5,000 to draw in.
  private static final DeviceNeeds NEEDS =
      new DeviceNeeds(60, 450, 28, 500, 300, 700, 1_000, 2_000, _ -> 5_000);
  private static final Residency AUTO = Residency.AUTO;

  private static LayerSpread spread(Residency asked, int textCards, long... budgets) {
    return new LayerSpread(NEEDS, asked, memories(budgets), budgets.length, textCards);
  }

  private static List<CardMemory> memories(long... budgets) {
    return IntStream.range(0, budgets.length)
        .mapToObj(card -> new CardMemory("cuda:" + card, budgets[card]))
        .toList();
  }

  private static Residency asked(Optional<Boolean> text, Optional<Double> blocks) {
    return new Residency(
        text, Optional.empty(), Optional.empty(), blocks.map(ResidentLayers::new), false);
  }

  private static void assertAllThere(DevicePlan plan, long... budgets) {
    var cards = plan.cards();
    assertThat(cards.stream().mapToInt(CardPlan::blocks).sum()).isEqualTo(60);
    assertThat(cards.stream().mapToInt(CardPlan::textLayers).sum()).isEqualTo(28);
    assertThat(cards.stream().filter(CardPlan::decodes)).hasSize(1);
    for (int card = 0; card < budgets.length; card++) {
      assertThat(cards.get(card).bytes()).isLessThanOrEqualTo(budgets[card]);
      assertThat(cards.get(card).room()).isEqualTo(budgets[card] - cards.get(card).bytes() + 5_000);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {29_450, 30_000, 80_000})
  void twoThatHoldAllTogetherAreFilledAlike(long budget) {
    var plan = spread(AUTO, 1, budget, budget).plan();

    assertAllThere(plan, budget, budget);
    assertThat(plan.residentBlocks()).isEqualTo(60);
    assertThat(plan.textEncoderResident()).isTrue();
    long difference = plan.cards().getFirst().bytes() - plan.cards().getLast().bytes();
    assertThat(difference).isCloseTo(0, within(450L));
  }

  @Test
  void ofALargeAndASmallOneEachIsFilledByItsShare() {
    var plan = spread(AUTO, 1, 20_000, 60_000).plan();

    assertAllThere(plan, 20_000, 60_000);
    assertThat(plan.residentBlocks()).isEqualTo(60);
    double small = plan.cards().getFirst().bytes() / 20_000.0;
    double large = plan.cards().getLast().bytes() / 60_000.0;
    assertThat(small).isCloseTo(large, within(450 / 20_000.0));
  }

  @Test
  void theTextEncoderMayHaveADeviceOfItsOwn() {
    var plan = spread(AUTO, 1, 22_200, 22_200, 22_200).plan();

    assertAllThere(plan, 22_200, 22_200, 22_200);
    assertThat(plan.residentBlocks()).isEqualTo(60);
    assertThat(plan.cards())
        .filteredOn(card -> card.blocks() == 0)
        .singleElement()
        .satisfies(card -> assertThat(card.textLayers()).isEqualTo(28));
  }

  @Test
  void theTextEncoderIsSpreadWhereItFitsOnNoneAlone() {
    long budget = 19_500;
    var plan = spread(AUTO, 1, budget, budget, budget, budget).plan();

    assertAllThere(plan, budget, budget, budget, budget);
    assertThat(plan.residentBlocks()).isEqualTo(60);
    assertThat(plan.textEncoderResident()).isTrue();
    assertThat(plan.cards()).filteredOn(card -> card.textLayers() > 0).hasSizeGreaterThan(1);
  }

  @Test
  void theTextEncoderIsOnAsManyAsIsAsked() {
    var plan = spread(AUTO, 2, 80_000, 80_000, 80_000).plan();

    assertAllThere(plan, 80_000, 80_000, 80_000);
    assertThat(plan.cards()).filteredOn(card -> card.textLayers() > 0).hasSize(2);
  }

  /// Of 40,000 two take 8,000 each, the VAE 1,000 and 3 layers in turn 1,500: 47 blocks have
  /// places, 3 of which others take turns in.
  @Test
  void whereNotAllFitTheTextEncoderLeavesAndThenBlocksOfOneDevice() {
    var plan = spread(AUTO, 1, 20_000, 20_000).plan();

    assertAllThere(plan, 20_000, 20_000);
    assertThat(plan.textEncoderResident()).isFalse();
    assertThat(plan.residentBlocks()).isEqualTo(44);
    assertThat(plan.cards()).filteredOn(card -> card.residentBlocks() < card.blocks()).hasSize(1);
  }

  @Test
  void noMoreBlocksStayThanAreAskedFor() {
    var plan = spread(asked(Optional.of(true), Optional.of(20.0)), 1, 30_000, 30_000).plan();

    assertAllThere(plan, 30_000, 30_000);
    assertThat(plan.residentBlocks()).isEqualTo(20);
    assertThat(plan.textEncoderResident()).isTrue();
  }

  /// Lanes have all of the transformer; text encoder and VAE are on the first device.
  @Test
  void eachLaneHasAllBlocks() {
    var plan = new LayerSpread(NEEDS, AUTO, memories(60_000, 40_000), 1, 1).plan();

    assertThat(plan.cards().getFirst().duty()).isEqualTo(DeviceDuty.all(60));
    assertThat(plan.cards().getLast().duty()).isEqualTo(new DeviceDuty(60, false, true, false));
    assertThat(plan.cards().getLast().bytes()).isEqualTo(8_000 + 60 * 450);
  }

  @Test
  void theTextEncodersLayersMayBeOnSeveralLanes() {
    var plan = new LayerSpread(NEEDS, AUTO, memories(60_000, 60_000), 1, 2).plan();

    assertThat(plan.cards()).allMatch(card -> card.textLayers() > 0 && card.blocks() == 60);
  }

  private static final DeviceNeeds GIGABYTES =
      new DeviceNeeds(
          60,
          450_000_000,
          28,
          500_000_000,
          0,
          1_000_000_000,
          1_000_000_000,
          2_000_000_000,
          _ -> 5_000_000_000L);

  private static LayerSpread gigabytes(Residency asked, int stages, long... budgets) {
    long[] bytes = Arrays.stream(budgets).map(budget -> budget * 1_000_000_000).toArray();
    return new LayerSpread(GIGABYTES, asked, memories(bytes), stages, 1);
  }

  /// The text encoder just fits on the smaller one: 14 GB, 1 of its own, 5 to draw in. So the other
  /// has the blocks, 27 GB, and the VAE.
  @Test
  void devicesThatAreTooSmallAreRefusedByTheLargest() {
    var asked = asked(Optional.of(true), Optional.of(60.0));
    assertThatThrownBy(() -> gigabytes(asked, 2, 24, 20).plan())
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "cuda:0 has 24.0 GB that may be used, must have 36.0 GB or more for this model on 2"
                + " devices, if its text encoder and 60 blocks must stay");
  }

  @Test
  void aLaneThatIsTooSmallIsRefusedByItsOwn() {
    var asked = asked(Optional.empty(), Optional.of(60.0));
    assertThatThrownBy(() -> gigabytes(asked, 1, 80, 20).plan())
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "cuda:1 has 20.0 GB that may be used, must have 35.0 GB or more for this model on 2"
                + " devices, if 60 blocks must stay");
  }

  @Test
  void aDeviceThatWouldHoldNothingIsRefused() {
    assertThatThrownBy(() -> gigabytes(AUTO, 2, 80, 4).plan())
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "cuda:1 has 4.0 GB that may be used and would hold nothing: one of the 60 blocks of this"
                + " model takes 8.5 GB there; use fewer devices");
  }

  /// The published model in bfloat16, at 1024×1024.
  @ParameterizedTest
  @CsvSource({"48, 1", "24, 2", "16, 4"})
  void twoCardsOf24GigabytesHoldWhatOneOf48Does(int gibibytes, int cards) {
    var load = Load.ofOnePicture(LatentSize.ofPixels(1024, 1024, 8), 50);
    var drawing = new OnDevice(new Sizes(3072, 60, 64, 3584, 96), DType.BF16);
    var needs =
        new DeviceNeeds(
            60,
            453_000_000,
            28,
            466_000_000,
            0,
            508_000_000,
            2L << 30,
            720_000_000,
            duty -> drawing.device(load, duty));
    var memories =
        memories(new long[cards]).stream().map(card -> card.with((long) gibibytes << 30));

    var plan = new LayerSpread(needs, AUTO, memories.toList(), cards, 1).plan();

    assertThat(plan.residentBlocks()).isEqualTo(60);
    assertThat(plan.textEncoderResident()).isTrue();
  }
}
