namespace ModelBuild.Runtime.Tests;

public sealed class PredictorGuardTests
{
    [Fact]
    public void SpansThatShareMemoryAreRefusedByBothNames()
    {
        float[] memory = new float[8];
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => PredictorGuard.Apart<float>(memory.AsSpan(0, 5), memory.AsSpan(4, 4), "image", "scores"));
        Assert.Equal("scores", thrown.ParamName);
        Assert.Contains("'image' and 'scores' share memory", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PredictorGuard.Apart<float>(memory.AsSpan(4, 4), memory.AsSpan(0, 5), "image", "scores"));
        Assert.Throws<ArgumentException>(() => PredictorGuard.Apart<float>(memory, memory, "image", "scores"));
        Assert.Throws<ArgumentException>(() => PredictorGuard.Apart<float>(memory, memory.AsSpan(3, 1), "image", "scores"));
    }

    [Fact]
    public void NeighboursAndNothingShareNoMemory()
    {
        float[] memory = new float[8];
        PredictorGuard.Apart<float>(memory.AsSpan(0, 4), memory.AsSpan(4, 4), "image", "scores");
        PredictorGuard.Apart<float>(memory.AsSpan(4, 4), memory.AsSpan(0, 4), "image", "scores");
        PredictorGuard.Apart<float>(memory, memory.AsSpan(3, 0), "image", "scores");
        PredictorGuard.Apart<float>(memory.AsSpan(3, 0), memory, "image", "scores");
        PredictorGuard.Apart<float>([], [], "image", "scores");
        PredictorGuard.Apart<string>(new string[2], new string[2], "image", "scores");
    }

    [Fact]
    public void StateMayBeTheVerySpan()
    {
        float[] memory = new float[8];
        PredictorGuard.ApartOrSame<float>(memory, memory, "state", "next");
        PredictorGuard.ApartOrSame<float>(memory.AsSpan(0, 4), memory.AsSpan(4), "state", "next");
        Assert.Throws<ArgumentException>(() => PredictorGuard.ApartOrSame<float>(memory, memory.AsSpan(0, 7), "state", "next"));
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => PredictorGuard.ApartOrSame<float>(memory.AsSpan(0, 4), memory.AsSpan(1, 4), "state", "next"));
        Assert.Contains("'state' and 'next' share memory", thrown.Message, StringComparison.Ordinal);
    }
}
