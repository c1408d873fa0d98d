package convnet.lab;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.net.ConvNetConfig;
import convnet.net.LeNet;
import convnet.net.SimpleConvNet;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlanTest {
  /** The parameters are those of the paper's network; the shapes those of its figure 2. */
  @Test
  void alexNetHasThePapersNumbers() {
    Plan plan = Plan.alexNet();
    List<String> shapes = plan.steps().stream().map(s -> s.out().toString()).toList();
    assertEquals(
        List.of(
            "(96, 55, 55)",
            "(96, 27, 27)",
            "(256, 27, 27)",
            "(256, 13, 13)",
            "(384, 13, 13)",
            "(384, 13, 13)",
            "(256, 13, 13)",
            "(256, 6, 6)",
            "(4096,)",
            "(4096,)",
            "(1000,)"),
        shapes);
    assertEquals(60_965_224, plan.parameters());
    assertEquals(96 * (11 * 11 * 3 + 1), plan.steps().get(0).parameters());
    assertEquals(55 * 55 * 96 * 363, plan.steps().get(0).multiplyAdds());
    assertEquals(27 * 27 * 256 * 48 * 25, plan.steps().get(2).multiplyAdds());
    assertEquals(724_406_816, plan.multiplyAdds());
  }

  @Test
  void agreesWithNetworksThatExist() {
    Plan simple = Plan.of(new SimpleConvNet(ConvNetConfig.chapter7()), Shape.of(1, 28, 28));
    assertEquals("(1, 28, 28)", simple.input().toString());
    assertEquals(
        "[Conv1, Pool1, Affine1, Affine2]",
        simple.steps().stream().map(Plan.Step::name).toList().toString());
    assertEquals(433_890, simple.parameters());
    assertEquals(30 * 25 * 576 + 4320 * 100 + 1000, simple.multiplyAdds());
    Plan paper =
        new Plan(1, 28, 28)
            .convolution("Conv1", 6, 5, 1, 2)
            .pooling("Pool1", 2, 2)
            .convolution("Conv2", 16, 5, 1, 0)
            .pooling("Pool2", 2, 2)
            .affine("Affine1", 120)
            .affine("Affine2", 84)
            .affine("Affine3", 10);
    assertEquals(paper.steps(), Plan.of(new LeNet(0), Shape.of(1, 28, 28)).steps());
    assertEquals(61_706, paper.parameters());
  }

  @Test
  void leNetsShapes() {
    LeNet net = new LeNet(0);
    Tensor x = Tensor.randn(new Random(1), 3, 1, 28, 28);
    assertEquals("(3, 16, 5, 5)", net.shapes(x).get("Pool2").toString());
    assertEquals("(3, 10)", net.predict(x).shape().toString());
    assertEquals(10, net.params().size());
  }

  @Test
  void refusesWhatDoesNotFit() {
    refused(
        "Plan: Conv2 cannot divide 3 channels and 8 filters among 2 groups",
        () -> new Plan(3, 8, 8).convolution("Conv2", 8, 3, 1, 1, 2));
    refused(
        "Plan: Pool1 needs images (C, H, W), got (5,)",
        () -> new Plan(3, 8, 8).affine("Affine1", 5).pooling("Pool1", 2, 2));
    refused(
        "Window: OH = (H + 2 pad - FH) / stride + 1 = (224 + 2*0 - 11) / 4 + 1 is not a whole"
            + " number",
        () -> new Plan(3, 224, 224).convolution("Conv1", 96, 11, 4, 0));
  }
}
