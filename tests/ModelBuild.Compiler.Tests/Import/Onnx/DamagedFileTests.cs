using System.Text;
using Google.Protobuf;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Import.Onnx;

public sealed class DamagedFileTests
{
    private const int MutationCount = 20_000;
    private const int MutationSeed = 20_261;

    [Fact]
    public void ValidModelImports()
    {
        Graph graph = OnnxModelBuilder.Small().Import();
        GraphVerifier.Verify(graph);
        Assert.Equal(["Relu", "Add"], graph.Nodes.Select(n => n.OpType));
        Assert.Equal([1f, 2f, 3f, 4f], graph.Nodes[1].Input(1).Constant!.Span<float>().ToArray());
    }

    [Fact]
    public void CutModelIsRefusedAtEveryPlace()
    {
        byte[] bytes = OnnxModelBuilder.Small().ToBytes();
        for (int i = 0; i < 64; i++)
        {
            byte[] cut = bytes[..(bytes.Length * i / 64)];
            Assert.Throws<ModelBuildException>(() => OnnxModelBuilder.Import(cut));
        }
    }

    [Fact]
    public void CutInsideAMessageNamesTheByte()
    {
        byte[] bytes = OnnxModelBuilder.Small().ToBytes();
        Assert.Matches("cut at byte [0-9]+ of [0-9]+", Errors.Expect(Descriptors.TruncatedModel, () => OnnxModelBuilder.Import(bytes[..(bytes.Length / 2)])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!DOCTYPE html><html><body>Not found</body></html>")]
    [InlineData("PK\u0003\u0004 a zip")]
    public void OtherFilesAreNoModels(string content) => Errors.Expect(Descriptors.UnknownFormat, () => OnnxModelBuilder.Import(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void LfsPointerSaysWhatToRun()
    {
        byte[] bytes = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"u8.ToArray();
        Assert.Contains("git lfs pull", Errors.Expect(Descriptors.GitLfsPointer, () => OnnxModelBuilder.Import(bytes)), StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFileIsReported() => Errors.Expect(Descriptors.FileNotFound, () => Importers.Import(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx")));

    [Theory]
    [InlineData(0)]
    [InlineData(-7)]
    [InlineData(999)]
    [InlineData((1L << 32) + 13)]
    [InlineData(long.MaxValue)]
    public void UnknownOpsetIsRefused(long opset)
    {
        OnnxModelBuilder builder = OnnxModelBuilder.Small();
        builder.Model.OpsetImport[0].Version = opset;
        Errors.Expect(Descriptors.UnsupportedVersion, () => builder.Import());
    }

    [Theory]
    [InlineData(999)]
    [InlineData(-1)]
    public void UnknownIrVersionIsRefused(long version)
    {
        OnnxModelBuilder builder = OnnxModelBuilder.Small();
        builder.Model.IrVersion = version;
        Errors.Expect(Descriptors.UnsupportedVersion, () => builder.Import());
    }

    [Fact]
    public void HugeLengthTakesNoMemory()
    {
        byte[] bytes = [0x08, 0x08, 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x0A, 0x01];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Errors.Expect(Descriptors.TruncatedModel, () => OnnxModelBuilder.Import(bytes));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20);
    }

    [Fact]
    public void NestedGroupsAreRefused()
    {
        byte[] deep = [0x08, 0x08, .. Enumerable.Repeat(new byte[] { 0xEB, 0x06 }, 100_000).SelectMany(b => b)];
        Errors.Expect(Descriptors.ReadLimit, () => OnnxModelBuilder.Import(deep));
    }

    [Fact]
    public void DeepSubgraphsAreRefused()
    {
        GraphProto graph = new() { Name = "g" };
        for (int i = 0; i < 200; i++)
        {
            GraphProto outer = new() { Name = "g" };
            outer.Node.Add(OnnxModelBuilder.NewNode("If", ["c"], ["y"], OnnxModelBuilder.Subgraph("then_branch", graph)));
            graph = outer;
        }

        OnnxModelBuilder builder = OnnxModelBuilder.Small();
        builder.Model.Graph.Node.AddRange(graph.Node);
        Errors.Expect(Descriptors.ReadLimit, () => builder.Import());
    }

    [Fact]
    public void MutantsImportOrGiveADiagnostic()
    {
        byte[] original = OnnxModelBuilder.Small().ToBytes();
        Random random = new(MutationSeed);
        int refused = 0;
        for (int i = 0; i < MutationCount; i++)
        {
            byte[] mutant = Mutate(original, random);
            try
            {
                GraphVerifier.Verify(OnnxModelBuilder.Import(mutant));
            }
            catch (ModelBuildException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"Mutant {i} of seed {MutationSeed} ({Convert.ToBase64String(mutant)}): {e}");
            }
        }

        Assert.InRange(refused, 1, MutationCount - 1);
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, [.. bytes.Skip(random.Next(bytes.Count)).Take(random.Next(1, 16))]);
                    break;
            }

            if (bytes.Count == 0)
            {
                bytes.Add(0);
            }
        }

        return [.. bytes];
    }
}
