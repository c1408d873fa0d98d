package convnet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;

/** Imports point down only; convnet/package-info.java shows the house. */
@AnalyzeClasses(packages = "convnet", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest static final ArchRule array = only("array");
  @ArchTest static final ArchRule tensor = only("tensor", "array");
  @ArchTest static final ArchRule conv = only("conv", "tensor");
  @ArchTest static final ArchRule data = only("data", "tensor", "array");
  @ArchTest static final ArchRule check = only("check", "tensor");
  @ArchTest static final ArchRule layer = only("layer", "conv", "tensor");
  @ArchTest static final ArchRule optim = only("optim", "tensor", "array");
  @ArchTest static final ArchRule net = only("net", "layer", "conv", "tensor");

  @ArchTest
  static final ArchRule engine = only("engine", "net", "layer", "conv", "tensor", "array");

  @ArchTest static final ArchRule train = only("train", "engine", "net", "optim", "data", "tensor");

  @ArchTest
  static final ArchRule lab =
      only("lab", "train", "engine", "net", "optim", "layer", "conv", "data", "tensor");

  @ArchTest static final ArchRule workbook = only("workbook", "optim", "layer", "conv", "tensor");

  @ArchTest
  static final ArchRule page = only("page", "notebook", "net", "layer", "conv", "data", "tensor");

  /** Speed lies below the tensor and above the network: the chapter sees neither. */
  @ArchTest
  static final ArchRule chapter =
      noClasses()
          .that()
          .resideInAnyPackage("convnet.conv", "convnet.layer", "convnet.net")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("convnet.array", "convnet.engine", "jdk.incubator.vector..");

  @ArchTest
  static final ArchRule jupyter =
      noClasses()
          .that()
          .resideOutsideOfPackage("convnet.jupyter")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("convnet.jupyter", "io.github.spencerpark..");

  /** A package reads the JDK and the packages named, itself first. */
  private static ArchRule only(String self, String... others) {
    List<String> allowed = new ArrayList<>(List.of("java..", "convnet." + self));
    if (self.equals("lab")) { // the ledger as a table, and the odds of chance
      allowed.addAll(List.of("tech.tablesaw..", "org.apache.commons.math3.."));
    }
    if (self.equals("page")) { // the still picture
      allowed.add("javax.imageio..");
    }
    if (self.equals("array")) {
      allowed.addAll(List.of("jdk.incubator.vector..", "com.sun.management.."));
    }
    for (String other : others) {
      allowed.add("convnet." + other);
    }
    return classes()
        .that()
        .resideInAPackage("convnet." + self)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(new String[0]));
  }
}
