using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelBuild.EndToEnd.Tests;

namespace ModelBuild.Tasks.Tests;

/// <summary>Errors about an item stand at its line of the project.</summary>
public sealed class ProjectItemTests : IDisposable
{
    private readonly TaskFolder _folder = new();

    public ProjectItemTests()
    {
        _folder.Write("m.onnx", SmallModel.Bytes());
        _folder.Write("a b.onnx", SmallModel.Bytes());
    }

    [Theory]
    [InlineData("<Project>\n  <ItemGroup>\n    <DeployModel Include=\"other.onnx\" />\n    <DeployModel Include=\"m.onnx\" Quantise=\"int8\" />\n  </ItemGroup>\n</Project>", 4, 35)]
    [InlineData("<Project>\n  <ItemGroup>\n    <DeployModel Include=\"other.onnx; ./m.onnx\"\n                 Verify=\"none\"\n                 Quantise=\"int8\" />\n  </ItemGroup>\n</Project>", 5, 18)]
    [InlineData("<Project xmlns=\"http://schemas.microsoft.com/developer/msbuild/2003\">\n  <ItemGroup>\n    <DeployModel Include=\"m.onnx\">\n      <Quantise>int8</Quantise>\n    </DeployModel>\n  </ItemGroup>\n</Project>", 4, 8)]
    [InlineData("<Project>\n  <DeployModel Include=\"**/*.onnx\" />\n</Project>", 2, 4)]
    [InlineData("<Project>\n  <DeployModel Include=\"**/*.onnx\" />\n  <DeployModel Include=\"other.onnx\" />\n</Project>", 0, 0)]
    [InlineData("<Project />", 0, 0)]
    [InlineData("<Project", 0, 0)]
    public void AnUnknownNameStandsWhereItIsWritten(string text, int line, int column) => Expect(text, "m.onnx", line, column);

    [Fact]
    public void EscapedNamesAreFound() => Expect("<Project>\n  <DeployModel Include=\"other.onnx\" />\n  <DeployModel Include=\"a%20b.onnx\" />\n</Project>", "a b.onnx", 3, 4);

    [Fact]
    public void AFaultOfTheModelStandsAtItsItem()
    {
        _folder.Write("m.onnx", "<!DOCTYPE html>"u8.ToArray());
        File.WriteAllText(_folder.Project, "<Project>\n  <DeployModel Include=\"other.onnx\" />\n  <DeployModel Include=\"m.onnx\" />\n</Project>");
        Assert.Equal((3, 4), PlaceOf(_folder.Convert().FailedWith("MDB1001", _folder.Project)));
    }

    [Fact]
    public void AFaultOfTheModelStandsAtTheModelWhereNoItemNamesIt()
    {
        _folder.Write("m.onnx", "<!DOCTYPE html>"u8.ToArray());
        File.WriteAllText(_folder.Project, "<Project>\n  <DeployModel Include=\"*.onnx\" />\n  <DeployModel Include=\"other.h5\" />\n</Project>");
        Assert.Equal((0, 0), PlaceOf(_folder.Convert().FailedWith("MDB1001", _folder.PathOf("m.onnx"))));
    }

    [Theory]
    [InlineData("*.onnx", true)]
    [InlineData("m.onnx;a b.onnx", true)]
    [InlineData("m.onnx", false)]
    public void AnItemOfSeveralModelsIsToldWithTheOneThatIsMeant(string include, bool isNamed)
    {
        File.WriteAllText(_folder.Project, $"<Project>\n  <DeployModel Include=\"{include}\" Quantise=\"int8\" />\n</Project>");
        TaskItem item = new(_folder.PathOf("m.onnx"));
        item.SetMetadata("Quantise", "int8");
        string message = _folder.Check(false, item).FailedWith("MDB3011", _folder.Project).Message!;
        Assert.Equal(isNamed, message.StartsWith("m.onnx: ", StringComparison.Ordinal));
    }

    [Fact]
    public void AProjectThatIsNoFileHasNoLine() => Expect(null, "m.onnx", 0, 0);

    public void Dispose() => _folder.Dispose();

    private static (int Line, int Column) PlaceOf(BuildErrorEventArgs error) => (error.LineNumber, error.ColumnNumber);

    private void Expect(string? text, string model, int line, int column)
    {
        if (text is not null)
        {
            File.WriteAllText(_folder.Project, text);
        }

        TaskItem item = new(_folder.PathOf(model));
        item.SetMetadata("Quantise", "int8");
        TaskRun run = _folder.Check(false, item);
        Assert.Equal((_folder.Project, line, column), run.Engine.Errors.Select(e => (e.File, e.LineNumber, e.ColumnNumber)).Single());
    }
}
