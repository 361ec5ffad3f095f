namespace ModelBuild.Tasks.Tests;

public sealed class ModelTaskTests : IDisposable
{
    private readonly TaskFolder _folder = new();

    [Fact]
    public void AnUnexpectedExceptionIsAnErrorWithoutATrace()
    {
        string message = _folder.Run(new Faulty(new InvalidOperationException("odd\nthings"))).FailedWith("MDB9001", _folder.PathOf("m.onnx")).Message!;
        Assert.Contains("odd things", message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    public void AFileThatCannotBeWrittenIsNoInternalError(Type type) =>
        _folder.Run(new Faulty((Exception)Activator.CreateInstance(type)!)).FailedWith("MDB1011", _folder.PathOf("m.onnx"));

    public void Dispose() => _folder.Dispose();

    private sealed class Faulty(Exception exception) : ModelTask
    {
        protected override void Run() => throw exception;
    }
}
