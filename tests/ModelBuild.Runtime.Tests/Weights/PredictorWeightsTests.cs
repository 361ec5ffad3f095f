using System.Reflection;
using System.Runtime.InteropServices;

namespace ModelBuild.Runtime.Tests.Weights;

public sealed unsafe class PredictorWeightsTests : IDisposable
{
    private static readonly byte[] s_hash = [.. Enumerable.Range(1, 32).Select(static i => (byte)i)];
    private static readonly byte[] s_data = [.. Enumerable.Range(0, 256).Select(static i => (byte)i)];
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Bytes_a_file_and_options_give_the_same_aligned_weights()
    {
        byte[] blob = WeightsHeader.CreateBlob(s_data, s_hash);
        string path = Path.Combine(_folder, "m.weights");
        File.WriteAllBytes(path, blob);
        Check(PredictorWeights.FromBytes(blob, s_hash));
        Check(PredictorWeights.FromFile(path, s_hash));
        Check(PredictorWeights.OpenOptions(new PredictorOptions { Weights = blob }, s_hash));
        Check(PredictorWeights.OpenOptions(new PredictorOptions { WeightsPath = path }, s_hash));
        Check(PredictorWeights.OpenResource(typeof(PredictorWeightsTests).Assembly, "none", new PredictorOptions { WeightsPath = path }, s_hash));
        Check(PredictorWeights.OpenFile(typeof(PredictorWeightsTests).Assembly, "none", new PredictorOptions { Weights = blob }, s_hash));
    }

    [Fact]
    public void An_embedded_resource_gives_aligned_weights() =>
        Check(PredictorWeights.OpenResource(typeof(PredictorWeightsTests).Assembly, "ModelBuild.Test.weights", null, s_hash));

    [Fact]
    public void A_file_beside_the_assembly_gives_aligned_weights() =>
        Check(PredictorWeights.OpenFile(typeof(PredictorWeightsTests).Assembly, "Test.weights", null, s_hash));

    [Fact]
    public void The_committed_blob_is_what_the_header_helper_writes() =>
        Assert.Equal(WeightsHeader.CreateBlob(s_data, s_hash), File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Test.weights")));

    [Fact]
    public void Missing_weights_are_told()
    {
        Assembly assembly = typeof(PredictorWeightsTests).Assembly;
        Assert.Contains("'none'", Assert.Throws<FileNotFoundException>(() => PredictorWeights.OpenResource(assembly, "none", null, s_hash)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => PredictorWeights.OpenFile(assembly, "none", null, s_hash));
        Assert.Throws<ArgumentException>(() => PredictorWeights.OpenOptions(new PredictorOptions(), s_hash));
        Assert.Throws<ArgumentException>(() => PredictorWeights.OpenOptions(new PredictorOptions { WeightsPath = "a", Weights = s_data }, s_hash));
    }

    [Fact]
    public void Weights_of_another_plan_are_refused()
    {
        byte[] other = [.. s_hash];
        other[31]++;
        byte[] blob = WeightsHeader.CreateBlob(s_data, other);
        Assert.Contains("another plan", Assert.Throws<InvalidDataException>(() => PredictorWeights.FromBytes(blob, s_hash)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_blob_cut_anywhere_is_refused()
    {
        byte[] blob = WeightsHeader.CreateBlob(s_data, s_hash);
        string path = Path.Combine(_folder, "cut.weights");
        for (int length = 0; length < blob.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => PredictorWeights.FromBytes(blob.AsSpan(0, length), s_hash));
        }

        foreach (int length in new[] { 0, 1, 63, 64, 128, blob.Length - 1 })
        {
            File.WriteAllBytes(path, blob.AsSpan(0, length));
            Assert.Throws<InvalidDataException>(() => PredictorWeights.FromFile(path, s_hash));
        }

        Assert.Throws<InvalidDataException>(() => PredictorWeights.FromBytes([.. blob, 0], s_hash));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(15)]
    public void A_damaged_header_is_refused(int offset)
    {
        byte[] blob = WeightsHeader.CreateBlob(s_data, s_hash);
        blob[offset] ^= 0x80;
        Assert.Throws<InvalidDataException>(() => PredictorWeights.FromBytes(blob, s_hash));
    }

    [Fact]
    public void A_range_outside_the_weights_is_refused()
    {
        using PredictorWeights weights = PredictorWeights.FromBytes(WeightsHeader.CreateBlob(s_data, s_hash), s_hash);
        Assert.Throws<ArgumentOutOfRangeException>(() => { weights.F32(0, 65); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { weights.F32(-64, 1); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { weights.U8(257, 0); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { weights.I64(0, -1); });
    }

    [Fact]
    public void Disposed_weights_live_until_the_last_scratch_block_is_returned()
    {
        PredictorWeights weights = PredictorWeights.FromBytes(WeightsHeader.CreateBlob(s_data, s_hash), s_hash);
        using var pool = new ScratchPool(weights, 64);
        Scratch scratch = pool.Rent();
        weights.Dispose();
        Assert.Equal(255, weights.U8(0, 256)[255]);
        pool.Dispose();
        pool.Return(scratch);
        Assert.Throws<ObjectDisposedException>(() => { weights.U8(0, 1); });
        Assert.Throws<ObjectDisposedException>(() => pool.Create());
    }

    private static void Check(PredictorWeights weights)
    {
        using (weights)
        {
            Assert.Equal(s_data.Length, weights.Length);
            ReadOnlySpan<byte> bytes = weights.U8(0, s_data.Length);
            Assert.True(bytes.SequenceEqual(s_data));
            Assert.Equal(BitConverter.ToSingle(s_data, 64), weights.F32(64, 1)[0]);
            fixed (byte* start = &MemoryMarshal.GetReference(bytes))
            {
                Assert.Equal(0, (nint)start % Scratch.Alignment);
                Assert.True(new ReadOnlySpan<byte>(start + s_data.Length, WeightsHeader.TailSize).IndexOfAnyExcept((byte)0) < 0);
            }
        }

        Assert.Throws<ObjectDisposedException>(() => { weights.U8(0, 1); });
    }
}
