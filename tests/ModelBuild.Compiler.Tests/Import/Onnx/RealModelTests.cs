using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Import.Onnx;

public sealed class RealModelTests
{
    [RealModelFact]
    public void EveryModelImportsOrGivesADiagnostic()
    {
        List<string> refused = [];
        foreach (string file in TestData.Files("onnx", ".onnx").Concat(TestData.Files("onnx-ml", ".onnx")).Concat(TestData.Files("mnist", ".onnx")))
        {
            try
            {
                GraphVerifier.Verify(Importers.Import(TestData.PathOf(file)));
            }
            catch (ModelBuildException e)
            {
                refused.Add($"{file}: {e.Message}");
            }
        }

        // Strings are the one thing in these models that the graph cannot hold.
        string[] unexpected = [.. refused.Where(r => !r.Contains("MDB3003", StringComparison.Ordinal) || r.StartsWith("onnx/", StringComparison.Ordinal))];
        Assert.True(unexpected.Length == 0, string.Join(Environment.NewLine, unexpected));
    }
}
