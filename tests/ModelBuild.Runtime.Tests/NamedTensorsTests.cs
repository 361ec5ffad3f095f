namespace ModelBuild.Runtime.Tests;

public sealed class NamedTensorsTests
{
    [Fact]
    public void Tensors_share_the_callers_memory()
    {
        float[] image = [1, 2];
        var tensors = new NamedTensors { { "image", image }, { "ids", new long[] { 3 }.AsMemory() } };
        tensors.Get<float>("image")[1] = 5;
        Assert.Equal(5, image[1]);
        Assert.Equal(3, tensors.Get<long>("ids")[0]);
        Assert.Equal(["image", "ids"], tensors);
        tensors.Add("image", new float[] { 7 });
        Assert.Equal(2, tensors.Count);
        Assert.Equal(7, tensors.Get<float>("image")[0]);
    }

    [Fact]
    public void A_wrong_name_or_type_is_told()
    {
        var tensors = new NamedTensors { { "image", new float[2] } };
        Assert.Contains("'Image'", Assert.Throws<ArgumentException>(() => { tensors.Get<float>("Image"); }).Message, StringComparison.Ordinal);
        string message = Assert.Throws<ArgumentException>(() => { tensors.Get<byte>("image"); }).Message;
        Assert.Contains("Single", message, StringComparison.Ordinal);
        Assert.Contains("Byte", message, StringComparison.Ordinal);
    }
}
