using ModelBuild.Compiler.Diagnostics;

namespace ModelBuild.Compiler.Tests.Documentation;

/// <summary>Which test raises which code. A code is either in this list or among those that no test can raise yet, with the reason.</summary>
public sealed class RaisedDiagnosticsTests
{
    private const string Onnx = "ModelBuild.Compiler.Tests/Import/Onnx/";
    private const string Tasks = "ModelBuild.Tasks.Tests/";

    private static readonly Dictionary<string, (string File, string Member)> s_raisedBy = new()
    {
        ["MDB1001"] = (Tasks + "ConvertModelTests.cs", "BrokenFiles"),
        ["MDB1002"] = (Tasks + "ConvertModelTests.cs", "BrokenFiles"),
        ["MDB1003"] = (Tasks + "ConvertModelTests.cs", "BrokenFiles"),
        ["MDB1004"] = (Onnx + "DamagedFileTests.cs", "UnknownOpsetIsRefused"),
        ["MDB1005"] = (Tasks + "ConvertModelTests.cs", "BrokenFiles"),
        ["MDB1006"] = (Tasks + "ConvertModelTests.cs", "BrokenFiles"),
        ["MDB1007"] = (Onnx + "TensorTests.cs", "ImpossibleDimensionsAreRefused"),
        ["MDB1009"] = (Tasks + "ConvertModelTests.cs", "AModelThatDoesNotExistIsAnError"),
        ["MDB1010"] = ("ModelBuild.Compiler.Tests/Import/Keras/RealModelTests.cs", "WeightsWithoutArchitectureAreRefused"),
        ["MDB1011"] = (Onnx + "DamagedFileTests.cs", "NestedGroupsAreRefused"),
        ["MDB2001"] = (Tasks + "CompileModelTests.cs", "EveryUnsupportedOperatorIsListedOnceAtItsFirstNode"),
        ["MDB2002"] = (Onnx + "UpgradeTests.cs", "BatchNormalizationPerPositionIsRefused"),
        ["MDB2003"] = (Onnx + "InvalidGraphTests.cs", "AttributeThatSaysIntButHoldsAFloatIsRefused"),
        ["MDB2004"] = (Onnx + "InvalidGraphTests.cs", "CycleNamesANodeOnIt"),
        ["MDB3001"] = (Tasks + "CompileModelTests.cs", "ADimensionWithoutASizeNamesTheSetting"),
        ["MDB3002"] = (Tasks + "ConvertModelTests.cs", "BrokenFiles"),
        ["MDB3003"] = (Onnx + "TensorTests.cs", "UnsupportedElementTypeIsNamed"),
        ["MDB3004"] = ("ModelBuild.Compiler.Tests/Planning/Sizes/CountedStagesTests.cs", "SizesThatDependOnEachOtherAreRefused"),
        ["MDB3010"] = (Tasks + "CheckModelsTests.cs", "ModelsThatWouldShareAFolderAreAnError"),
        ["MDB3011"] = (Tasks + "CheckModelsTests.cs", "EveryFaultOfEveryItemIsReportedAtTheProject"),
        ["MDB3012"] = (Tasks + "CompileModelTests.cs", "LabelsThatFitNoOutputAreAnErrorAtTheirFile"),
        ["MDB4001"] = (Tasks + "QuantizeModelTests.cs", "CalibrationDataOfAnotherShapeTellsBothShapes"),
        ["MDB4002"] = (Tasks + "QuantizeModelTests.cs", "AWeightThatIsNotFiniteIsAnErrorThatNamesTheNode"),
        ["MDB4003"] = (Tasks + "QuantizeModelTests.cs", "NothingToQuantizeIsAWarning"),
        ["MDB5001"] = ("ModelBuild.Compiler.Tests/Pruning/ChannelPruningTests.cs", "Nothing_to_remove_is_an_error_with_the_reasons"),
        ["MDB5002"] = (Tasks + "VerifyModelTests.cs", "NothingToPruneIsAWarning"),
        ["MDB5003"] = ("ModelBuild.Compiler.Tests/Pruning/ChannelPruningTests.cs", "A_layer_behind_an_operator_without_a_rule_stays_whole_and_is_named"),
        ["MDB6001"] = (Tasks + "VerifyModelTests.cs", "AnotherModelsWeightsAreADifference"),
        ["MDB6002"] = (Tasks + "VerifyModelTests.cs", "AccuracyThatFellTooFarIsAnError"),
        ["MDB6003"] = ("ModelBuild.EndToEnd.Tests/ErrorTests.cs", "AFailedBudgetFailsAgain"),
        ["MDB6004"] = (Tasks + "VerifyModelTests.cs", "ValidationDataWithoutLabelsIsAnErrorAtItsFile"),
        ["MDB6090"] = (Tasks + "VerifyModelTests.cs", "SkippingIsAWarning"),
        ["MDB7002"] = (Tasks + "CompileModelTests.cs", "OnnxRuntimeTakesOperatorsThatAreNotSupportedAndSaysThatNothingWasVerified"),
        ["MDB7004"] = ("ModelBuild.EndToEnd.Tests/PublishTests.cs", "ANativeApplicationWithoutAnInstructionSetIsAWarning"),
        ["MDB7005"] = ("ModelBuild.EndToEnd.Tests/ErrorTests.cs", "AnOlderFrameworkIsOneErrorAndNotManyOfTheCompiler"),
        ["MDB7006"] = ("ModelBuild.EndToEnd.Tests/TargetsTests.cs", "PrintingIsWarnedAboutWhereTheLoggerHidesIt"),
        ["MDB7007"] = (Tasks + "PrepareReadyToRunTests.cs", "WhatIsNoAssemblyIsAnErrorThatNamesIt"),
        ["MDB7011"] = ("ModelBuild.Generator.Tests/FailureTests.cs", "A_malformed_plan_is_an_error_at_its_line"),
        ["MDB7101"] = (Tasks + "CheckModelsTests.cs", "EveryFaultOfEveryItemIsReportedAtTheProject"),
        ["MDB9001"] = (Tasks + "ModelTaskTests.cs", "AnUnexpectedExceptionIsAnErrorWithoutATrace"),
    };

    private static readonly Dictionary<string, string> s_notRaised = new()
    {
        ["MDB1008"] = "needs an HDF5 file of an unsupported layer, which the data does not have",
        ["MDB2005"] = "needs a model whose sizes overflow 64 bits after import has checked each",
        ["MDB7003"] = "needs an older MSBuild",
        ["MDB9002"] = "needs a fault in the generator",
    };

    public static TheoryData<string> Codes => [.. s_raisedBy.Keys];

    [Fact]
    public void EveryCodeIsInOneOfTheLists() =>
        Assert.Equal(Descriptors.All.Select(d => d.Code).Order(StringComparer.Ordinal), s_raisedBy.Keys.Concat(s_notRaised.Keys).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Codes))]
    public void TheTestNamesTheCode(string code)
    {
        (string file, string member) = s_raisedBy[code];
        string text = File.ReadAllText(RepositoryRoot.PathOf("tests", file));
        int start = text.IndexOf(" " + member + "(", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{file} has no {member}.");
        int end = text.IndexOf("\n\n    [", start, StringComparison.Ordinal);
        string body = end < 0 ? text[start..] : text[start..end];
        string field = typeof(Descriptors).GetFields().Single(f => f.GetValue(null) is DiagnosticDescriptor d && d.Code == code).Name;
        Assert.True(body.Contains($"\"{code}", StringComparison.Ordinal) || body.Contains($"Descriptors.{field}", StringComparison.Ordinal), $"{file} {member} does not name {code}.");
    }
}
